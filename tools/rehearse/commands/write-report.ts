/** Writes a report where the user wants it; a path that can't be written is the user's to mend. */
import { writeFileSync } from "node:fs";
import { UsageError } from "@spillway/kit/commands/usage-error.ts";

export function writeReport(path: string, html: string): void {
  try {
    writeFileSync(path, html);
  } catch (error) {
    throw new UsageError(`--html: ${error instanceof Error ? error.message : String(error)}`);
  }
  console.error(`Written: ${path}`);
}
