/** Keeps what is written below the data folder readable by its owner alone: files 0600 in folders 0700. */
import { chmodSync, closeSync, lstatSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";

const OTHERS = 0o077;
const STICKY = 0o1000;
/** What a start and an origin write, by the beginning of its name. */
const OWN_NAME = /^(spillway|serving-log|start|edge|backup|restore)\b/;

/**
 * From now on this process, and every process and thread that it starts, makes files for their owner alone.
 * Only a main thread may call it.
 */
export function keepFilesPrivate(): void {
  process.umask(OTHERS);
}

/** Creates the file when it is missing. */
export function createPrivateFile(path: string): void {
  closeSync(openSync(path, "a", 0o600));
  tighten(path);
}

/**
 * Takes the rights of others from an existing data folder, which an older release may have made readable. A
 * folder that everybody may write to, such as /tmp, stays as it is, and so does what is not ours.
 */
export function makeDataFolderPrivate(folder: string): void {
  if ((modeOf(folder) ?? STICKY) & STICKY) return;
  tighten(folder);
  for (const name of readdirSync(folder)) {
    if (OWN_NAME.test(name)) makePrivate(join(folder, name));
  }
}

function makePrivate(path: string): void {
  tighten(path);
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  for (const name of readdirSync(path)) makePrivate(join(path, name));
}

/** Somebody else's file stays as it is: an operator may have linked or mounted one. */
function tighten(path: string): void {
  const mode = modeOf(path);
  if (mode === undefined || (mode & OTHERS) === 0) return;
  try {
    chmodSync(path, mode & ~OTHERS);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && /^(EPERM|EROFS|ENOENT)$/.test(String(error.code))))
      throw error;
  }
}

/** Undefined for a link, whose target may be anywhere, and where there is nothing. */
function modeOf(path: string): number | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status === undefined || status.isSymbolicLink() ? undefined : status.mode & 0o7777;
}
