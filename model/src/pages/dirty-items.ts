/**
 * Which items have changed since the last cycle (in what pages show of them, or in where they may stand), and
 * which pages that touches: after an editor's change, a takedown, an expiry, the end of a match, or a new
 * highlight. Pure.
 */
import { crc32 } from "./crc32.ts";
import type { Vectors } from "../scoring/products.ts";
import { rowOfSeq, someSeqIn, type PackedLayout } from "./page-layout.ts";
import { jsonOfItem, carouselKeys, type PageMaterial } from "./page-material.ts";
import { sharedArray } from "../workers/shared-memory.ts";

/**
 * items.seq → a number that changes with the item's JSON on pages and with the carousels that it may stand
 * in.
 */
export type ItemMarks = ReadonlyMap<number, number>;

export function markItems(material: PageMaterial): Map<number, number> {
  const { starts, carousels } = material.contexts[0]!.table;
  const codes = carouselKeys(material).map((key) => crc32(key));
  const marks = new Map<number, number>();
  material.itemSeqs.forEach((seq, row) => {
    // It is a sum, since the carousels' numbers, and so their order, change from cycle to cycle.
    let mark = crc32(jsonOfItem(material, row));
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) mark = (mark + codes[carousels[at]!]!) >>> 0;
    marks.set(seq, mark);
  });
  return marks;
}

/** items.seq of what is new, changed or gone. */
export function dirtySeqs(before: ItemMarks, now: ItemMarks): Set<number> {
  const dirty = new Set<number>();
  for (const [seq, mark] of now) if (before.get(seq) !== mark) dirty.add(seq);
  for (const seq of before.keys()) if (!now.has(seq)) dirty.add(seq);
  return dirty;
}

/** 1 for items that have changed, by row, on shared memory. */
export function dirtyRows(dirty: ReadonlySet<number>, itemSeqs: Uint32Array): Uint8Array {
  const rows = sharedArray(Uint8Array, itemSeqs.length);
  for (const seq of dirty) {
    const row = rowOfSeq(itemSeqs, seq);
    if (row >= 0) rows[row] = 1;
  }
  return rows;
}

export function showsAny(layout: PackedLayout, dirty: ReadonlySet<number>): boolean {
  return someSeqIn(layout, (seq) => dirty.has(seq));
}

/**
 * For each cluster the contexts (a bit each) whose page a dirty item could get into, since it is worth more
 * than the entry threshold of some carousel there (build-block.ts).
 */
export function contextsToEnter(
  material: PageMaterial,
  scores: Vectors,
  entryThresholds: Float32Array,
  dirty: Uint8Array,
): Uint32Array {
  const { table, factors } = material.contexts[0]!;
  const carouselCount = table.rows.length;
  const contextsOf = new Uint32Array(carouselCount);
  material.contexts.forEach(({ numbers }, context) => {
    for (const number of numbers) contextsOf[number]! |= 1 << context;
  });
  const clusters = carouselCount === 0 ? 0 : entryThresholds.length / carouselCount;
  const entered = new Uint32Array(clusters);
  for (let row = 0; row < dirty.length; row += 1) {
    if (dirty[row] === 0) continue;
    for (let cluster = 0; cluster < clusters; cluster += 1) {
      const worth = Math.max(0, scores.values[cluster * scores.stride + row]!) * factors[row]!;
      for (let at = table.starts[row]!; at < table.starts[row + 1]!; at += 1) {
        const carousel = table.carousels[at]!;
        if (worth > entryThresholds[cluster * carouselCount + carousel]!)
          entered[cluster]! |= contextsOf[carousel]!;
      }
    }
  }
  return entered;
}
