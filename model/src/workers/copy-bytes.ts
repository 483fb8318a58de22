import type { CopyBytes } from "../bytes.ts";

/**
 * By Node's Buffer, which takes a third of the time that `set` and `subarray` take for texts of some hundred
 * bytes.
 */
export const copyBytes: CopyBytes = (source, from, to, target, at) => {
  Buffer.prototype.copy.call(source, target, at, from, to);
};
