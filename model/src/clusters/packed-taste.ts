/** The taste segments as bytes, for the store. Pure. */
import { concatBytes } from "../bytes.ts";
import { PAGE_DEPTH } from "./page-choice.ts";
import type { Taste } from "./taste.ts";
import { TASTE_DIMENSIONS } from "./taste-basis.ts";

const D = TASTE_DIMENSIONS;

const MAGIC = 0x53505432; // "SPT2"
/** Without the segments' pages: written by versions before them. */
const MAGIC_WITHOUT_PAGES = 0x53505431; // "SPT1"
const SPACE = 0x20;

/**
 * Header of five u32 (magic, items, groups, segments, bytes of names), the names as JSON padded to four
 * bytes, then the arrays.
 */
export function packTaste(taste: Taste): Uint8Array<ArrayBuffer> {
  const names = new TextEncoder().encode(JSON.stringify(taste.names));
  const text = new Uint8Array(Math.ceil(names.length / 4) * 4).fill(SPACE);
  text.set(names);
  const groups = taste.groupStarts.length - 1;
  const header = Uint32Array.of(MAGIC, taste.itemSeqs.length, groups, taste.names.length, text.byteLength);
  const { itemSeqs, groupStarts, directions, perSource, vectors, groupVectors, pageRows } = taste;
  const arrays = [
    header,
    text,
    itemSeqs,
    groupStarts,
    directions,
    perSource,
    vectors,
    groupVectors,
    pageRows,
  ];
  return concatBytes(arrays);
}

/** Undefined when the bytes are no packed taste, or when some are missing. */
export function unpackTaste(packed: Uint8Array): Taste | undefined {
  if (packed.byteLength < 20 || packed.byteLength % 4 !== 0) return undefined;
  // The bytes are copied, since SQLite's buffers need not be aligned.
  const { buffer } = new Uint8Array(packed);
  const [magic, items = 0, groups = 0, segments = 0, textBytes = 0] = new Uint32Array(buffer, 0, 5);
  if (magic !== MAGIC && magic !== MAGIC_WITHOUT_PAGES) return undefined;
  const titles = magic === MAGIC ? segments * PAGE_DEPTH : 0;
  const numbers = items + groups + 1 + 2 * items * D + segments * D + groups * D + titles;
  if (packed.byteLength !== 20 + textBytes + 4 * numbers) return undefined;
  let at = 20 + textBytes;
  const next = <Kind extends Uint32Array | Float32Array>(
    kind: new (buffer: ArrayBuffer, from: number, length: number) => Kind,
    length: number,
  ): Kind => {
    const array = new kind(buffer, at, length);
    at += 4 * length;
    return array;
  };
  return {
    itemSeqs: next(Uint32Array, items),
    groupStarts: next(Uint32Array, groups + 1),
    directions: next(Float32Array, items * D),
    perSource: next(Float32Array, items * D),
    vectors: next(Float32Array, segments * D),
    groupVectors: next(Float32Array, groups * D),
    pageRows: next(Uint32Array, titles),
    // packTaste has written them.
    names: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 20, textBytes))) as string[],
  };
}
