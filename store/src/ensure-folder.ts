/** Makes a folder and its parents, for their owner alone. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes each level by itself, since Node's recursive mkdir never returns where a file system refuses with "no
 * such file", such as below /proc.
 */
export function ensureFolder(path: string): void {
  const known = statSync(path, { throwIfNoEntry: false });
  if (known?.isDirectory() === true) return;
  if (known !== undefined) throw new Error(`${path} is a file, and no folder`);
  if (dirname(path) !== path) ensureFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process has made the folder in the meantime.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
