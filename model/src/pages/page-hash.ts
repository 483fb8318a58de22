/** A hash of a page's content that costs next to nothing, for pages that are made for one viewer. Pure. */
import type { RankedCarousel } from "./carousels.ts";
import { crc32 } from "./crc32.ts";
import { openingOf, type ItemTexts } from "./page-item.ts";

/**
 * Two sums of 32 bits over the checksums of the page's texts, which are worked out once for each: a hash of
 * 30 KB would take longer than most of what makes the page. It tells an entity from its successors, and
 * proves nothing. `pinned`: the texts that stand for rows' own.
 */
export function pageHash(
  carousels: readonly RankedCarousel[],
  texts: ItemTexts,
  pinned: ReadonlyMap<number, Uint8Array> | undefined,
): string {
  const known = texts.checksums ?? checksumsOf(texts);
  let [one, two] = [0x811c9dc5, 0x9e3779b9];
  const add = (checksum: number): void => {
    one = Math.imul(one ^ checksum, 0x01000193);
    two = (Math.imul((two << 13) | (two >>> 19), 0x85ebca6b) + checksum) | 0;
  };
  for (const carousel of carousels) {
    add(openingOf(carousel).checksum);
    for (const row of carousel.rows) {
      const other = pinned?.get(row);
      add(other === undefined ? (known[row] ||= checksumOfRow(texts, row)) : checksumOf(other));
    }
  }
  return `t${hex(one)}${hex(two)}`;
}

function checksumOfRow({ starts, bytes }: ItemTexts, row: number): number {
  return crc32(bytes.subarray(starts[row], starts[row + 1]));
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** By row, 0: not worked out yet. */
const byTexts = new WeakMap<ItemTexts, Uint32Array>();
const byText = new WeakMap<Uint8Array, number>();

function checksumsOf(texts: ItemTexts): Uint32Array {
  let checksums = byTexts.get(texts);
  if (checksums === undefined) byTexts.set(texts, (checksums = new Uint32Array(texts.starts.length)));
  return checksums;
}

function checksumOf(text: Uint8Array): number {
  let checksum = byText.get(text);
  if (checksum === undefined) byText.set(text, (checksum = crc32(text)));
  return checksum;
}
