/** Writes an HTML report where the user wants it; a path that cannot be written is the user's to mend. */
import { writeFileSync } from "node:fs";
import { UsageError } from "./usage.ts";
import { reasonOf } from "../reason-of.ts";

/** Throws a {@link UsageError}. */
export function writeReport(path: string, html: string): void {
  try {
    writeFileSync(path, html);
  } catch (error) {
    throw new UsageError(`--html: ${reasonOf(error)}`);
  }
  console.error(`Written: ${path}`);
}
