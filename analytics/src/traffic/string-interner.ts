/**
 * Interns millions of texts: it numbers them in order of first appearance, straight from bytes, because one
 * string for each would need too much memory.
 */

export type StringInterner = {
  /**
   * Returns the number of the text in bytes[from … to). Numbers are 0, 1, 2, … in order of first appearance.
   */
  readonly of: (bytes: Uint8Array, from: number, to: number) => number;
  readonly ofText: (text: string) => number;
  /** Returns the text. Bytes that are not UTF-8 become U+FFFD. */
  readonly textOf: (number: number) => string;
  readonly size: () => number;
};

const FIRST_SLOTS = 1 << 10;
/** The size of the buffer for encoding. Longer texts are rare. */
const SCRATCH_BYTES = 1 << 10;
const FIRST_BYTES = 1 << 14;
/** The hash table with open addressing is at most three quarters full. */
const FULL = 0.75;

export function createStringInterner(): StringInterner {
  let slots = new Int32Array(FIRST_SLOTS).fill(-1);
  let hashes = new Int32Array(FIRST_SLOTS);
  /** The end of each text in `store`. A text starts where the one before it ends. */
  let ends = new Float64Array(FIRST_SLOTS);
  let store = new Uint8Array(FIRST_BYTES);
  let size = 0;
  let used = 0;

  const rehash = (): void => {
    slots = new Int32Array(2 * slots.length).fill(-1);
    const mask = slots.length - 1;
    for (let number = 0; number < size; number += 1) {
      let slot = hashes[number]! & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    hashes = extended(hashes, new Int32Array(slots.length));
    ends = extended(ends, new Float64Array(slots.length));
  };
  const insert = (hash: number, bytes: Uint8Array, from: number, to: number): number => {
    const end = used + to - from;
    if (end > store.length) store = extended(store, new Uint8Array(Math.max(2 * store.length, end)));
    for (let at = from; at < to; at += 1) store[used++] = bytes[at]!;
    hashes[size] = hash;
    ends[size] = end;
    size += 1;
    if (size > FULL * slots.length) rehash();
    return size - 1;
  };
  const of = (bytes: Uint8Array, from: number, to: number): number => {
    const hash = hashOf(bytes, from, to);
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot]!;
      if (number < 0) {
        slots[slot] = size;
        return insert(hash, bytes, from, to);
      }
      if (hashes[number] === hash && same(number, bytes, from, to)) return number;
    }
  };
  const same = (number: number, bytes: Uint8Array, from: number, to: number): boolean => {
    let own = number === 0 ? 0 : ends[number - 1]!;
    if (ends[number]! - own !== to - from) return false;
    for (let at = from; at < to; at += 1) if (store[own++] !== bytes[at]) return false;
    return true;
  };
  const encoder = new TextEncoder();
  const scratch = new Uint8Array(SCRATCH_BYTES);
  const decoder = new TextDecoder();
  return {
    of,
    ofText: (text) => {
      const whole = encoder.encodeInto(text, scratch);
      if (whole.read === text.length) return of(scratch, 0, whole.written);
      const bytes = encoder.encode(text);
      return of(bytes, 0, bytes.length);
    },
    textOf: (number) => decoder.decode(store.subarray(number === 0 ? 0 : ends[number - 1], ends[number])),
    size: () => size,
  };
}

/**
 * FNV-1a (Fowler, Noll, Vo), then the last mixing steps of MurmurHash3, since the table is indexed by the low
 * bits.
 */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function extended<Kind extends Uint8Array | Int32Array | Float64Array>(from: Kind, to: Kind): Kind {
  to.set(from);
  return to;
}
