/**
 * Where a benchmark writes what it needs: a temporary folder that goes with it, or one that stays, to look
 * at.
 */
import { mkdirSync, mkdtempDisposableSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const KEEP_OPTION = [
  "--keep <folder>",
  "leave what the report was made from here, to make it again; new or empty",
] as const;

export type WorkFolder = Disposable & { readonly path: string };

/**
 * `keep`: the folder that stays; undefined: a temporary one, removed on disposal.
 * @throws {Error} where `keep` holds something already, or can't be made.
 */
export function openWorkFolder(name: string, keep: string | undefined): WorkFolder {
  if (keep === undefined) {
    const folder = mkdtempDisposableSync(join(tmpdir(), `spillway-${name}-`));
    return { path: folder.path, [Symbol.dispose]: () => folder.remove() };
  }
  const path = resolve(keep);
  mkdirSync(path, { recursive: true });
  if (readdirSync(path).length > 0) throw new Error(`--keep: ${path} is not empty`);
  return { path, [Symbol.dispose]: () => undefined };
}
