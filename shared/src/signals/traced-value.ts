/** A signal's value together with the input that it came from. */

export type TracedValue<Value extends string = string> = {
  readonly value: Value;
  /** Text for people: `parameter team`, `cookie team`, `referrer www.google.com`, `default`. */
  readonly source: string;
};

export const DEFAULT_SOURCE = "default";
