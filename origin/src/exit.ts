/** The message and the exit code with which a process ends after an error. */
import { ConfigError } from "./config.ts";
import { DatabaseError, isDamaged, isStorageBusy, isStorageUnavailable } from "@spillway/store/database.ts";
import { BusyError } from "@spillway/store/holders.ts";
import { FolderInUseError } from "@spillway/store/folder/folder-lock.ts";

/** The process ran and failed. */
export const EXIT_FAILED = 1;
/** The options, the configuration or the data are wrong, and must be repaired before another try. */
export const EXIT_USAGE = 2;

/** Another process of Spillway is at work on the same data. The same call succeeds later. */
export const EXIT_BUSY = 3;

export type Ending = {
  readonly text: string;
  readonly code: typeof EXIT_FAILED | typeof EXIT_USAGE | typeof EXIT_BUSY;
};

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
 * An error that the operator can repair is one line and exit code 2, and data that another process is at work
 * on is one line and 3. Any other error is a fault of ours, and shows its stack. `nameWriter` tells which
 * process that is.
 */
export function endingOf(error: unknown, nameWriter?: () => string | undefined): Ending {
  if (!(error instanceof Error)) return { text: String(error), code: EXIT_FAILED };
  const { cause } = error;
  if (error instanceof BusyError) return { text: `${error.message}.`, code: EXIT_BUSY };
  if (cause instanceof FolderInUseError) return { text: cause.message, code: EXIT_BUSY };
  if (isStorageBusy(error) || isStorageBusy(cause)) {
    return { text: `${nameWriter?.() ?? BUSY}: try again when it has ended.`, code: EXIT_BUSY };
  }
  if (error instanceof ConfigError || error instanceof DatabaseError) {
    return { text: error.message, code: EXIT_USAGE };
  }
  if (isDamaged(error)) return { text: `the database is damaged: ${error.message}`, code: EXIT_USAGE };
  if (isStorageUnavailable(error)) {
    return { text: `the data could not be read or written: ${error.message}`, code: EXIT_FAILED };
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && REFUSALS.has(code)) return { text: error.message, code: EXIT_USAGE };
  return { text: error.stack ?? error.message, code: EXIT_FAILED };
}

const BUSY = "another process is writing to the database, such as an import or a refresh cycle";
