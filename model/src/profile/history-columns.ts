/**
 * A history as columns of numbers: an answer reads some hundred entries, and to make an object for each takes
 * longer than to score them. Pure.
 */
import type { Profile } from "./fold.ts";
import {
  ENTRY_BYTES,
  HIDDEN_WORD,
  MARK,
  progressInWord,
  weightAt,
  type HiddenItem,
  type HistoryEntry,
} from "./history.ts";

/** By entry, in the order of the history; what an entry holds is said in history.ts. */
export type HistoryColumns = {
  readonly items: Uint32Array;
  readonly weights: Float64Array;
  readonly timesMs: Float64Array;
  /** NaN where the title was not left unfinished. */
  readonly progress: Float64Array;
};

/** What an answer takes from a profile. */
export type ProfileColumns = Pick<Profile, "hidden" | "updatedMs"> & {
  readonly history: HistoryColumns;
  /** The same profile with an object for each entry. */
  readonly whole: () => Profile;
};

const F64 = 8;

function emptyColumns(count: number): HistoryColumns {
  // One piece of memory costs the collector less than four.
  const room = new ArrayBuffer(count * (3 * F64 + 4));
  return {
    weights: new Float64Array(room, 0, count),
    timesMs: new Float64Array(room, count * F64, count),
    progress: new Float64Array(room, 2 * count * F64, count),
    items: new Uint32Array(room, 3 * count * F64, count),
  };
}

export function columnsOf(history: readonly HistoryEntry[]): HistoryColumns {
  const columns = emptyColumns(history.length);
  for (let at = 0; at < history.length; at += 1) {
    const { item, weight, timeMs, progress } = history[at]!;
    columns.items[at] = item;
    columns.weights[at] = weight;
    columns.timesMs[at] = timeMs;
    columns.progress[at] = progress ?? Number.NaN;
  }
  return columns;
}

export function profileColumns(profile: Profile): ProfileColumns {
  const { history, hidden, updatedMs } = profile;
  return { history: columnsOf(history), hidden, updatedMs, whole: () => profile };
}

/** What `unpackProfile` (history.ts) reads of the same bytes. */
export function unpackColumns(packed: Uint8Array): Pick<ProfileColumns, "history" | "hidden"> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const columns = emptyColumns(Math.floor(packed.byteLength / ENTRY_BYTES));
  const { items, weights, timesMs, progress } = columns;
  const hidden: HiddenItem[] = [];
  let count = 0;
  for (let at = 0; at + ENTRY_BYTES <= packed.byteLength; at += ENTRY_BYTES) {
    const item = view.getUint32(at, true);
    const word = view.getUint32(at + 4, true);
    const timeMs = view.getUint32(at + 8, true) * 1000;
    if (word === HIDDEN_WORD) {
      hidden.push({ item, timeMs });
      continue;
    }
    items[count] = item;
    timesMs[count] = timeMs;
    weights[count] = weightAt(view, at);
    progress[count] = word < MARK ? Number.NaN : progressInWord(word);
    count += 1;
  }
  return { history: count === items.length ? columns : firstOf(columns, count), hidden };
}

function firstOf({ items, weights, timesMs, progress }: HistoryColumns, count: number): HistoryColumns {
  return {
    items: items.subarray(0, count),
    weights: weights.subarray(0, count),
    timesMs: timesMs.subarray(0, count),
    progress: progress.subarray(0, count),
  };
}

/** The history's weights, summed: in full plays. */
export function playsIn({ weights }: HistoryColumns): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) sum += weights[at]!;
  return sum;
}

/** The places from the newest entry on; undefined where they stand in this order, as all stored ones do. */
export function newestFirst({ items, timesMs }: HistoryColumns): Uint32Array | undefined {
  const byNewest = (a: number, b: number): number => timesMs[b]! - timesMs[a]! || items[a]! - items[b]!;
  for (let at = 1; at < items.length; at += 1) {
    if (byNewest(at - 1, at) > 0) return Uint32Array.from(items.keys()).toSorted(byNewest);
  }
  return undefined;
}

/** Stands for an item that a model does not know. */
export const NO_ROW = -1;

/** By entry, the model's row, or {@link NO_ROW}: an answer asks for it several times. */
export function rowsOf(
  { items }: HistoryColumns,
  { rowOf }: { readonly rowOf: (itemSeq: number) => number | undefined },
): Int32Array {
  const rows = new Int32Array(items.length);
  for (let at = 0; at < items.length; at += 1) rows[at] = rowOf(items[at]!) ?? NO_ROW;
  return rows;
}
