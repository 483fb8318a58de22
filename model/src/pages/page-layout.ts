/**
 * A page's layout as it is stored beside its JSON: which shelves show which items, in numbers that mean the same in every
 * cycle. Carousel after carousel: the shelf's code, how many items follow, their items.seq. Pure.
 */
import { crc32 } from "./crc32.ts";
import type { PlacedShelf } from "./carousels.ts";
import type { PreparedContext } from "./candidate-carousels.ts";

export type PackedLayout = Uint32Array;

export function packLayout(
  { shelves }: Pick<PreparedContext, "shelves">,
  placed: readonly PlacedShelf[],
  itemSeqs: Uint32Array,
): PackedLayout {
  return Uint32Array.from(
    placed.flatMap(({ shelf, rows }) => [
      codeOf(shelves[shelf]!.key),
      rows.length,
      ...rows.map((row) => itemSeqs[row]!),
    ]),
  );
}

export type LaidOut = {
  readonly placed: readonly PlacedShelf[];
  /** False when some shelf or item of the layout may not stand there any more; it is missing in `placed` then. */
  readonly whole: boolean;
};

/** What of a layout may still be shown: its shelves that exist, with the items that belong in them. */
export function unpackLayout(
  packed: PackedLayout,
  prepared: PreparedContext,
  itemSeqs: Uint32Array,
): LaidOut {
  const shelfOf = shelvesByCode(prepared);
  const placed: PlacedShelf[] = [];
  let whole = true;
  for (let at = 0; at < packed.length; at += 2 + packed[at + 1]!) {
    const shelf = shelfOf.get(packed[at]!);
    const rows: number[] = [];
    for (const seq of packed.subarray(at + 2, at + 2 + packed[at + 1]!)) {
      const row = rowOfSeq(itemSeqs, seq);
      if (shelf !== undefined && row >= 0 && standsIn(prepared, row, shelf)) rows.push(row);
      else whole = false;
    }
    if (shelf !== undefined && rows.length > 0) placed.push({ shelf, rows });
  }
  return { placed, whole };
}

/** What a layout shows, for store/shown-pages.ts: carousels by the ids that clients see. */
export function shownCarousels(packed: PackedLayout, prepared: PreparedContext): string {
  const shelfOf = shelvesByCode(prepared);
  const carousels: [string, number[]][] = [];
  for (let at = 0; at < packed.length; at += 2 + packed[at + 1]!) {
    const shelf = shelfOf.get(packed[at]!);
    const seqs = packed.subarray(at + 2, at + 2 + packed[at + 1]!);
    if (shelf !== undefined) carousels.push([prepared.shelves[shelf]!.id, Array.from(seqs)]);
  }
  return JSON.stringify(carousels);
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

const byCode = new WeakMap<PreparedContext, ReadonlyMap<number, number>>();

function shelvesByCode(prepared: PreparedContext): ReadonlyMap<number, number> {
  const known = byCode.get(prepared) ?? new Map(prepared.shelves.map(({ key }, at) => [codeOf(key), at]));
  byCode.set(prepared, known);
  return known;
}

const codes = new Map<string, number>();

/** A wrong match of two shelves' codes costs nothing: the page's JSON would differ, and with it its hash. */
function codeOf(key: string): number {
  let code = codes.get(key);
  if (code === undefined) codes.set(key, (code = crc32(key)));
  return code;
}

function standsIn({ table, numbers }: PreparedContext, row: number, shelf: number): boolean {
  for (let at = table.starts[row]!; at < table.starts[row + 1]!; at += 1) {
    if (table.shelves[at] === numbers[shelf]) return true;
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
export function layoutBytes(layout: PackedLayout): Buffer {
  return Buffer.from(layout.buffer, layout.byteOffset, layout.byteLength);
}

export function layoutOf(bytes: Uint8Array): PackedLayout {
  // A copy of its own: SQLite's buffers need not be aligned.
  return new Uint32Array(new Uint8Array(bytes).buffer);
}
