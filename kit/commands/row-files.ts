/** What is wrong with the row files that a command was given, before any of them is read. */
import { existsSync } from "node:fs";
import { formatOf } from "../tabular/rows.ts";

/** One line about the first file that is absent or, if all are there, whose name tells no format. */
export function rowFilesProblem(paths: readonly string[]): string | undefined {
  const absent = paths.find((path) => !existsSync(path));
  if (absent !== undefined) return `there is no file ${absent}`;
  const unknown = paths.find((path) => formatOf(path) === undefined);
  return unknown === undefined
    ? undefined
    : `${unknown}: the name must end in .csv or .jsonl, optionally followed by .gz or .zst`;
}
