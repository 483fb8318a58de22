/** A table before anybody prints it. */

export type Table = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Left where nothing is said. */
  readonly align?: readonly ("left" | "right")[];
  readonly note?: string;
};
