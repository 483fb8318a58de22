/** A signal's value together with the input that told it. */

export type Told<Value extends string = string> = {
  readonly value: Value;
  /** For people: `parameter team`, `cookie team`, `referrer www.google.com`, `default`. */
  readonly source: string;
};

export const DEFAULT_SOURCE = "default";
