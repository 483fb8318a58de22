/** What a process says and which exit code it ends with when it can't go on. */
import { ConfigError } from "./config.ts";
import { DatabaseError, isDamaged } from "@spillway/store/database.ts";

/** It ran, and failed. */
export const EXIT_FAILED = 1;
/** Asked for wrongly, configured wrongly, or on data that nothing can work with: to be mended before the next try. */
export const EXIT_USAGE = 2;

export type Ending = { readonly text: string; readonly code: typeof EXIT_FAILED | typeof EXIT_USAGE };

/** What the file system refuses is the operator's to mend; the message names call and path. */
const REFUSALS = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "ENOTDIR",
  "EISDIR",
  "ENOENT",
  "ELOOP",
]);

/** What an operator can mend is said in one line and ends with 2; anything else is ours to mend, and shows its stack. */
export function endingOf(error: unknown): Ending {
  if (!(error instanceof Error)) return { text: String(error), code: EXIT_FAILED };
  if (error instanceof ConfigError || error instanceof DatabaseError) {
    return { text: error.message, code: EXIT_USAGE };
  }
  if (isDamaged(error)) return { text: `the database is damaged: ${error.message}`, code: EXIT_USAGE };
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && REFUSALS.has(code)) return { text: error.message, code: EXIT_USAGE };
  return { text: error.stack ?? error.message, code: EXIT_FAILED };
}
