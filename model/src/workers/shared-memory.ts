/** Typed arrays on memory that all threads share: passed to a worker, they are not copied. */

export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

/** A copy of `array` on shared memory; the array itself when it stands there already. */
export function toShared<
  Kind extends Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array,
>(array: Kind): Kind {
  if (array.buffer instanceof SharedArrayBuffer) return array;
  const Constructor = array.constructor as new (buffer: SharedArrayBuffer) => Kind;
  const shared = new Constructor(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}
