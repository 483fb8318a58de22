/**
 * Decodes one packed history after another into its row of the histories' matrix, recency and depth. Pure.
 */
import { ENTRY_BYTES, PLAY_WEIGHT, weightAt } from "@spillway/model/profile/history.ts";
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

/** A weight decays by 2^(-t / half-life) = exp(-t · DECAY_PER_MS). */
const DECAY_PER_MS = Math.LN2 / HISTORY_HALF_LIFE_MS;

const QUARTER_DAY_MS = 6 * 3600 * 1000;
/** By whole quarters of a day, for some six years. */
const DECAY_BY_QUARTERS = Float64Array.from({ length: 8192 }, (_, quarters) =>
  Math.exp(-quarters * QUARTER_DAY_MS * DECAY_PER_MS),
);

/**
 * From a table, and a polynomial within a quarter of a day: thirty million exponential functions take a
 * second. The rest that the polynomial leaves out is below 6e-14.
 */
function decay(ms: number): number {
  const quarters = Math.floor(ms / QUARTER_DAY_MS);
  if (quarters >= DECAY_BY_QUARTERS.length) return Math.exp(-ms * DECAY_PER_MS);
  const x = (ms - quarters * QUARTER_DAY_MS) * DECAY_PER_MS;
  return DECAY_BY_QUARTERS[quarters]! * (1 - x * (1 - (x / 2) * (1 - (x / 3) * (1 - x / 4))));
}

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
  let facts = NO_FACTS;
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
    let last = -1;
    for (let at = offset; at < end; at += ENTRY_BYTES) {
      const weight = weightAt(packed, at);
      if (!(weight > 0 && weight < Infinity)) continue;
      const seq = packed.getUint32(at, true);
      const timeMs = packed.getUint32(at + 8, true) * 1000;
      last = at;
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
    if (last >= 0)
      oldest = Math.imul(packed.getUint32(last, true) + 1, 0x9e3779b1) ^ packed.getUint32(last + 8, true);
    facts = factsOfEntries();
  };

  const factsOfEntries = (): typeof NO_FACTS => {
    let [dated, fresh, plays, lesser, youngestMs] = [0, 0, 0, 0, Infinity];
    for (let at = 0; at < entries; at += 1) {
      const row = rowOf[at]!;
      const timeMs = timesMs[at]!;
      const isPlay = weights[at]! >= PLAY_WEIGHT;
      if (isPlay && countsForDepth(timeMs, nowMs)) plays += 1;
      if (row < 0) continue;
      youngestMs = Math.min(youngestMs, ageMs(timeMs, nowMs));
      if (!isPlay) {
        lesser += 1;
        continue;
      }
      const published = publishedMs[row]!;
      if (timeMs === 0 || Number.isNaN(published)) continue;
      dated += 1;
      if (isFreshPlay(timeMs, published)) fresh += 1;
    }
    return { dated, fresh, plays, lesser, youngestMs };
  };

  /**
   * Writes the values that historyVector (model/profile/history-vector.ts) computes. Ages count from the
   * youngest entry: the common factor cancels in the scaling, and the weights of a history that is decades
   * old do not underflow to 0.
   */
  const write = (rows: Uint32Array, values: Float32Array, from: number): number => {
    const { youngestMs, lesser } = facts;
    let squares = 0;
    let to = from;
    const writeEntry = (at: number, age: number): void => {
      const value = weights[at]! * decay(age - youngestMs);
      rows[to] = rowOf[at]!;
      values[to] = value;
      squares += value * value;
      to += 1;
    };
    heldOut = 0;
    for (let at = 0; at < entries; at += 1) {
      if (rowOf[at]! < 0 || weights[at]! < PLAY_WEIGHT) continue;
      const age = ageMs(timesMs[at]!, nowMs);
      // The newest come first, but for one that occurs twice.
      if (age < DAY_MS && timesMs[at]! > 0 && heldOut === to - from) heldOut += 1;
      writeEntry(at, age);
    }
    const plays = to - from;
    const lesserEnd = lesser > 0 ? entries : 0;
    for (let at = 0; at < lesserEnd; at += 1) {
      if (rowOf[at]! >= 0 && weights[at]! < PLAY_WEIGHT) writeEntry(at, ageMs(timesMs[at]!, nowMs));
    }
    const held = Math.imul(oldest ^ (oldest >>> 15), 0x85ebca6b) >>> 0;
    if (held % GUARD_ONE_IN !== 0 || heldOut >= plays) heldOut = 0;
    others = to - from - plays;
    const scale = 1 / Math.sqrt(squares);
    for (let at = from; at < to; at += 1) values[at]! *= scale;
    return to;
  };
  return {
    read,
    recency: () => recencyOfPlays(facts.fresh, facts.dated),
    depth: () => depthOfPlays(facts.plays),
    write,
    writtenOthers: () => others,
    writtenHeldOut: () => heldOut,
  };
}

const NO_FACTS = {
  /** Plays of which it is known whether they were fresh, and those that were. */
  dated: 0,
  fresh: 0,
  /** Plays that count for the depth. */
  plays: 0,
  /** Entries that will be written and are less than a play. */
  lesser: 0,
  /** The age of the youngest entry that will be written. */
  youngestMs: Infinity,
};

/** An unknown time (0) counts as now. */
function ageMs(timeMs: number, nowMs: number): number {
  return timeMs === 0 ? 0 : Math.max(0, nowMs - timeMs);
}
