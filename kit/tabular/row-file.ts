/**
 * What a row file is asked for, and what its rows look like: each with the line it starts on, the known
 * columns by name.
 */
import type { Source } from "./source.ts";

export type Row =
  | { readonly ok: true; readonly line: number; readonly values: Readonly<Record<string, unknown>> }
  | {
      readonly ok: false;
      readonly line: number;
      readonly reason: string;
      /** What follows in the file cannot be read, so that nobody knows what is missing. */
      readonly endsFile?: true;
    };

/** A longer row is a mistake, an unclosed quote say, and must not fill the memory. */
export const MAX_ROW_CHARACTERS = 1024 * 1024;

/** How far the reading has come. */
export type Position = { line: number };

export type RowFile = {
  readonly path: string;
  /** Where the bytes come from, if not from `path`. */
  readonly source?: Source;
  /**
   * True when bytes that are not UTF-8 are read as U+FFFD, in JSON; otherwise the file cannot be read on
   * there.
   */
  readonly isLenient?: boolean;
  /** Their names in any letter case; other columns are left out, and named in `ignored`. */
  readonly columns: readonly string[];
  /** Where more names than these stand for them. */
  readonly nameOf?: (text: string) => string | undefined;
  /**
   * Of several names that stand for one column the lowest counts; without it a CSV header may have one only.
   */
  readonly rankOf?: (text: string) => number;
  /** A CSV header must have at least one name of each. */
  readonly required: readonly (readonly string[])[];
  readonly ignored: Set<string>;
  readonly onBytes: (bytes: number) => void;
};

/** Text → the known name it stands for. */
export function columnNames(known: readonly string[]): (text: string) => string | undefined {
  const names = new Map(known.map((name) => [name.toLowerCase(), name]));
  return (text) => names.get(text.trim().toLowerCase());
}
