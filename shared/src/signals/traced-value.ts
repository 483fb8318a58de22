/** A signal's value together with the input that it came from. */

import type { TextForms } from "./signals.ts";

export type TracedValue<Value extends string = string> = {
  readonly value: Value;
  /** Text for people: `parameter team`, `cookie team`, `referrer www.google.com`, `default`. */
  readonly source: string;
  readonly forms?: TextForms | undefined;
};

export const DEFAULT_SOURCE = "default";
