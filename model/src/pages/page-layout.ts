/**
 * A page's layout as it is stored beside its JSON: which carousels show which items, in numbers that mean
 * the same in every cycle. Carousel after carousel: its code, how many items follow, their items.seq. Pure.
 */
import type { PreparedContext } from "./candidate-carousels.ts";
import type { PlacedCarousel } from "./carousels.ts";

export type PackedLayout = Uint32Array;

export function packLayout(
  { carousels }: Pick<PreparedContext, "carousels">,
  placed: readonly PlacedCarousel[],
  itemSeqs: Uint32Array,
): PackedLayout {
  return Uint32Array.from(
    placed.flatMap(({ carousel, rows }) => [
      carousels[carousel]!.code,
      rows.length,
      ...rows.map((row) => itemSeqs[row]!),
    ]),
  );
}

export type LaidOut = {
  readonly placed: readonly PlacedCarousel[];
  /**
   * False when some carousel or item of the layout may not stand there any more; it is missing in `placed`
   * then.
   */
  readonly whole: boolean;
};

/** Reads layouts of one context's pages. */
export type LayoutReader = {
  /** What of a layout may still be shown: its carousels that exist, with the items that belong in them. */
  readonly unpack: (packed: PackedLayout) => LaidOut;
  /** What a layout shows, as JSON: pairs of a carousel's id, as clients see it, and the items.seq in it. */
  readonly shown: (packed: PackedLayout) => string;
};

/**
 * Where two carousels share a code, the wrong one costs nothing: the page's JSON would differ, and with it
 * its hash.
 */
export function createLayoutReader(prepared: PreparedContext, itemSeqs: Uint32Array): LayoutReader {
  const byCode = new Map(prepared.carousels.map(({ code }, at) => [code, at]));
  return {
    unpack: (packed) => {
      const placed: PlacedCarousel[] = [];
      let whole = true;
      for (const [code, seqs] of carouselsIn(packed)) {
        const carousel = byCode.get(code);
        const rows: number[] = [];
        for (const seq of seqs) {
          const row = rowOfSeq(itemSeqs, seq);
          if (carousel !== undefined && row >= 0 && standsIn(prepared, row, carousel)) rows.push(row);
          else whole = false;
        }
        if (carousel !== undefined && rows.length > 0) placed.push({ carousel, rows });
      }
      return { placed, whole };
    },
    shown: (packed) => {
      const shown: [string, number[]][] = [];
      for (const [code, seqs] of carouselsIn(packed)) {
        const carousel = byCode.get(code);
        if (carousel !== undefined) shown.push([prepared.carousels[carousel]!.id, Array.from(seqs)]);
      }
      return JSON.stringify(shown);
    },
  };
}

/** Each carousel's code and its items.seq. */
function* carouselsIn(packed: PackedLayout): Generator<[code: number, seqs: Uint32Array]> {
  let end = 0;
  for (let at = 0; at < packed.length; at = end) {
    end = at + 2 + packed[at + 1]!;
    yield [packed[at]!, packed.subarray(at + 2, end)];
  }
}

/** Whether the predicate holds for some items.seq of a layout. */
export function someSeqIn(packed: PackedLayout, holds: (seq: number) => boolean): boolean {
  let end = 0;
  for (let at = 0; at < packed.length; at = end) {
    end = at + 2 + packed[at + 1]!;
    for (let place = at + 2; place < end; place += 1) if (holds(packed[place]!)) return true;
  }
  return false;
}

function standsIn({ table, numbers }: PreparedContext, row: number, carousel: number): boolean {
  for (let at = table.starts[row]!; at < table.starts[row + 1]!; at += 1) {
    if (table.carousels[at] === numbers[carousel]) return true;
  }
  return false;
}

/** -1 when the catalogue has no such item. `itemSeqs` is ascending. */
export function rowOfSeq(itemSeqs: Uint32Array, seq: number): number {
  let low = 0;
  let high = itemSeqs.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (itemSeqs[middle]! < seq) low = middle + 1;
    else if (itemSeqs[middle]! > seq) high = middle - 1;
    else return middle;
  }
  return -1;
}

/** As it is stored: u32, little endian. */
export function layoutBytes(layout: PackedLayout): Uint8Array {
  return new Uint8Array(layout.buffer, layout.byteOffset, layout.byteLength);
}

export function layoutOf(bytes: Uint8Array): PackedLayout {
  // The bytes are copied, since SQLite's buffers need not be aligned.
  return new Uint32Array(new Uint8Array(bytes).buffer);
}
