/** The message and the exit code with which a process ends after an error. */
import { ConfigError } from "./config.ts";
import { DatabaseError, isDamaged } from "@spillway/store/database.ts";

/** The process ran and failed. */
export const EXIT_FAILED = 1;
/** The options, the configuration or the data are wrong, and must be repaired before another try. */
export const EXIT_USAGE = 2;

export type Ending = { readonly text: string; readonly code: typeof EXIT_FAILED | typeof EXIT_USAGE };

/** Errors of the file system that the operator can repair. Their messages name the call and the path. */
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

/**
 * An error that the operator can repair is one line and exit code 2. Any other error is a fault of ours, and
 * shows its stack.
 */
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
