/**
 * Decodes one packed history after another into its row of the histories' matrix, recency and depth. Pure.
 */
import { ENTRY_BYTES, PLAY_WEIGHT, weightInWord } from "@spillway/model/profile/history.ts";
import {
  countsForDepth,
  depthOfPlays,
  isFreshPlay,
  recencyOfPlays,
} from "@spillway/model/profile/profile-signals.ts";
import { HISTORY_HALF_LIFE_MS } from "@spillway/model/profile/history-vector.ts";
import type { Depth, Recency } from "@spillway/shared/signals/signals.ts";

/** The facts of the catalogue that decoding needs, on shared memory. */
export type CatalogueTable = {
  /** items.seq → row of the catalogue, -1 where it has none. */
  readonly rowOfSeq: Int32Array;
  /** When each row's item was published; NaN where it is unknown. */
  readonly publishedMs: Float64Array;
};

/** A weight decays by 2^(-t / half-life), computed as exp(-t · DECAY_PER_MS), which takes half the time. */
const DECAY_PER_MS = Math.LN2 / HISTORY_HALF_LIFE_MS;

/**
 * Of one user in so many the plays of the last day are held out, for the guard between models
 * (model/trainers/guard.ts). Whose they are follows from the oldest entry, so that it is the same users each
 * time, and neither model has seen these plays.
 */
const GUARD_ONE_IN = 20;
const DAY_MS = 24 * 3600 * 1000;

export type HistoryReader = {
  /**
   * Decodes a history; the other functions then refer to it. A torn history counts as far as its entries are
   * whole. An entry whose weight is no positive number is left out. An item that occurs twice counts with its
   * greater weight and later time.
   */
  readonly read: (packed: DataView, offset: number, bytes: number) => void;
  readonly recency: () => Recency;
  readonly depth: () => Depth;
  /**
   * Writes the plays from `at` on, then the entries that are less than a play, and returns the end. Items
   * that are not in the catalogue are left out.
   */
  readonly write: (rows: Uint32Array, values: Float32Array, at: number) => number;
  /** How many of the written entries are less than a play. */
  readonly writtenOthers: () => number;
  /** How many of the written plays, the first ones, a model must do without: {@link GUARD_ONE_IN}. */
  readonly writtenHeldOut: () => number;
};

/** The reader uses the same buffers for every history. `nowMs` is by the content's clock. */
export function createHistoryReader({ rowOfSeq, publishedMs }: CatalogueTable, nowMs: number): HistoryReader {
  let rowOf = new Int32Array(0);
  let weights = new Float64Array(0);
  let timesMs = new Float64Array(0);
  let entries = 0;
  let others = 0;
  let heldOut = 0;
  let oldest = 0;
  /** The entry of each items.seq; it is valid in the history whose number is in `historyOf`. */
  const entryOf = new Uint32Array(rowOfSeq.length);
  const historyOf = new Uint32Array(rowOfSeq.length);
  let history = 0;

  const makeRoom = (needed: number): void => {
    rowOf = new Int32Array(2 * needed);
    weights = new Float64Array(2 * needed);
    timesMs = new Float64Array(2 * needed);
  };

  const read = (packed: DataView, offset: number, bytes: number): void => {
    const end = offset + bytes - (bytes % ENTRY_BYTES);
    if (bytes / ENTRY_BYTES > rowOf.length) makeRoom(Math.ceil(bytes / ENTRY_BYTES));
    history += 1;
    entries = 0;
    for (let at = offset; at < end; at += ENTRY_BYTES) {
      const seq = packed.getUint32(at, true);
      const weight = weightInWord(packed.getUint32(at + 4, true));
      const timeMs = packed.getUint32(at + 8, true) * 1000;
      if (!(weight > 0 && weight < Infinity)) continue;
      oldest = Math.imul(seq + 1, 0x9e3779b1) ^ (timeMs / 1000);
      const known = seq < rowOfSeq.length;
      if (known && historyOf[seq] === history) {
        const entry = entryOf[seq]!;
        weights[entry] = Math.max(weights[entry]!, weight);
        timesMs[entry] = Math.max(timesMs[entry]!, timeMs);
        continue;
      }
      if (known) {
        historyOf[seq] = history;
        entryOf[seq] = entries;
      }
      rowOf[entries] = known ? rowOfSeq[seq]! : -1;
      weights[entries] = weight;
      timesMs[entries] = timeMs;
      entries += 1;
    }
  };

  const recency = (): Recency => {
    let dated = 0;
    let fresh = 0;
    for (let at = 0; at < entries; at += 1) {
      const row = rowOf[at]!;
      const timeMs = timesMs[at]!;
      if (row < 0 || weights[at]! < PLAY_WEIGHT || timeMs === 0) continue;
      const published = publishedMs[row]!;
      if (Number.isNaN(published)) continue;
      dated += 1;
      if (isFreshPlay(timeMs, published)) fresh += 1;
    }
    return recencyOfPlays(fresh, dated);
  };

  const depth = (): Depth => {
    let plays = 0;
    for (let at = 0; at < entries; at += 1) {
      if (weights[at]! >= PLAY_WEIGHT && countsForDepth(timesMs[at]!, nowMs)) plays += 1;
    }
    return depthOfPlays(plays);
  };

  /** The age of the youngest entry that will be written. */
  const youngestMs = (): number => {
    let least = Infinity;
    for (let at = 0; at < entries; at += 1)
      if (rowOf[at]! >= 0) least = Math.min(least, ageMs(timesMs[at]!, nowMs));
    return least;
  };

  /**
   * Writes the values that historyVector (model/profile/history-vector.ts) computes. Ages count from the
   * youngest entry: the common factor cancels in the scaling, and the weights of a history that is decades
   * old do not underflow to 0.
   */
  const write = (rows: Uint32Array, values: Float32Array, from: number): number => {
    const youngest = youngestMs();
    let squares = 0;
    let to = from;
    heldOut = 0;
    const held = Math.imul(oldest ^ (oldest >>> 15), 0x85ebca6b) >>> 0;
    for (const plays of [true, false]) {
      others = to;
      for (let at = 0; at < entries; at += 1) {
        const weight = weights[at]!;
        if (rowOf[at]! < 0 || weight >= PLAY_WEIGHT !== plays) continue;
        const value = weight * Math.exp((youngest - ageMs(timesMs[at]!, nowMs)) * DECAY_PER_MS);
        const recent = plays && timesMs[at]! > 0 && ageMs(timesMs[at]!, nowMs) < DAY_MS;
        // The newest come first, but for one that occurs twice.
        if (recent && heldOut === to - from) heldOut += 1;
        rows[to] = rowOf[at]!;
        values[to] = value;
        squares += value * value;
        to += 1;
      }
    }
    if (held % GUARD_ONE_IN !== 0 || heldOut >= others - from) heldOut = 0;
    others = to - others;
    const scale = 1 / Math.sqrt(squares);
    for (let at = from; at < to; at += 1) values[at]! *= scale;
    return to;
  };
  return { read, recency, depth, write, writtenOthers: () => others, writtenHeldOut: () => heldOut };
}

/** An unknown time (0) counts as now. */
function ageMs(timeMs: number, nowMs: number): number {
  return timeMs === 0 ? 0 : Math.max(0, nowMs - timeMs);
}
