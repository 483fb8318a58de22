/** Typed arrays on memory that all threads share: passed to a worker, they are not copied. */

type SharedKind = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

export type SharedConstructor<Kind extends SharedKind> = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer): Kind;
};

/** `length` zeros. Where a runtime has no shared memory (and so no threads), on its own. */
export function sharedArray<Kind extends SharedKind>(kind: SharedConstructor<Kind>, length: number): Kind {
  const bytes = kind.BYTES_PER_ELEMENT * length;
  return new kind(HAS_SHARED_MEMORY ? new SharedArrayBuffer(bytes) : (new ArrayBuffer(bytes) as never));
}

/** A copy of `array` on shared memory; the array itself when it stands there already. */
export function toShared<Kind extends SharedKind>(array: Kind): Kind {
  if (HAS_SHARED_MEMORY && array.buffer instanceof SharedArrayBuffer) return array;
  const shared = sharedArray(array.constructor as unknown as SharedConstructor<Kind>, array.length);
  shared.set(array);
  return shared;
}

const HAS_SHARED_MEMORY = typeof SharedArrayBuffer !== "undefined";
