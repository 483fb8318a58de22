/** Arrays of numbers as bytes, in the order of the machine: little endian on all that we run on. Pure. */

/** The bytes of all `arrays`, one after the other, in memory of their own. */
export function concatBytes(arrays: readonly ArrayBufferView[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** Copies source[from] … source[to] to `target` from `at` on. */
export type CopyBytes = (
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
) => void;

/** This copy runs in every runtime; Node has a faster one (workers/copy-bytes.ts). */
export const copyBySet: CopyBytes = (source, from, to, target, at) => {
  target.set(source.subarray(from, to), at);
};
