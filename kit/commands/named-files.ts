/** Files that options name: read, or to be written, with errors that say which option and why. */
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Throws a RangeError that names option, path and reason. */
export function readNamed(option: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new RangeError(`${option} ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Before the long work that it is for. Throws a RangeError that names option, path and reason. */
export function checkOutput(option: string, path: string | undefined): void {
  if (path === undefined) return;
  const folder = dirname(path);
  try {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known?.isDirectory() === true) throw new Error("is a folder, and no file");
    accessSync(known === undefined ? folder : path, constants.W_OK);
  } catch (error) {
    const reason = isCode(error, "ENOENT") ? `there is no folder ${folder}` : reasonOf(error);
    throw new RangeError(`${option} ${path}: ${reason}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (isCode(error, "ENOENT")) return "there is no such file";
  if (isCode(error, "EISDIR")) return "is a folder, and no file";
  if (isCode(error, "EACCES") || isCode(error, "EROFS")) return "may not be opened";
  return error instanceof Error ? error.message : String(error);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
