/** Typed arrays on memory that threads share: passed from one to another without a copy. */

type TypedArray = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array;

export function toSharedMemory<Kind extends TypedArray>(array: Kind): Kind {
  const bytes = new Uint8Array(new SharedArrayBuffer(array.byteLength));
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return new (array.constructor as new (buffer: SharedArrayBuffer) => Kind)(bytes.buffer);
}
