/**
 * Scores for one viewer over few titles: the candidates of a stored page, and what the viewer's own history
 * leads to. They are blended with the cluster's as the origin blends them (individual-scores.ts). Pure.
 */
import { ownShare } from "../scoring/individual-scores.ts";
import type { ModelPack } from "../packs/model-pack.ts";
import type { SparseVector } from "../profile/history-vector.ts";
import type { TailoringWorkspace } from "./tailoring-workspace.ts";

/** The weights of a model pack. */
export type PackedWeights = Pick<ModelPack, "rowStarts" | "targets" | "weights" | "scales">;

/** So many of the titles that the history leads to are candidates beside the page's, or a few more. */
export const NEIGHBOURS = 240;

export type TailoredInput = {
  /** Undefined: the catalogue is too large for weights, so that the order stays the cluster's. */
  readonly model: PackedWeights | undefined;
  /** The history's vector, by row. */
  readonly x: SparseVector;
  /** The history's weights, summed: in full plays. */
  readonly plays: number;
  /** The page's candidates by row, each row once, with the cluster's scores. */
  readonly candidates: { readonly rows: Uint32Array; readonly scores: Float32Array };
  /** By row: what a score is multiplied with before titles are compared; 0 for what the page may not have. */
  readonly factors: Float32Array;
  /**
   * A row stands in no carousel of the page where starts[row + 1] is starts[row]. Absent: all stand in some.
   */
  readonly starts?: Uint32Array;
  /** Rows that stand in no carousel of scores, such as what was watched. */
  readonly leftOut: ArrayLike<number>;
  /** Other rows that are no candidates. Absent: there are none. */
  readonly mayBeShown?: (row: number) => boolean;
  readonly neighbours?: number;
};

/** Valid until the workspace is used again. */
export type TailoredScores = {
  /** The candidates' rows, each once, without those left out. */
  readonly rows: Uint32Array;
  /** By row, and only of the candidates. */
  readonly scores: Float32Array;
};

export function tailoredScores(input: TailoredInput, workspace: TailoringWorkspace): TailoredScores {
  const { model, x, plays, candidates, factors, leftOut } = input;
  const items = factors.length;
  const scores = workspace.scores(items).fill(0);
  const own = model === undefined ? 0 : ownShare(plays);
  if (model !== undefined) addPackedWeights(model, x, own, scores);
  for (let at = 0; at < leftOut.length; at += 1) scores[leftOut[at]!] = 0;
  const rows = chooseRows(input, scores, workspace);
  for (let at = 0; at < candidates.rows.length; at += 1) {
    scores[candidates.rows[at]!]! += (1 - own) * candidates.scores[at]!;
  }
  return { rows, scores };
}

/** The page's titles, and those that the history leads to. */
function chooseRows(
  { model, candidates, factors, starts, leftOut, mayBeShown, neighbours = NEIGHBOURS }: TailoredInput,
  scores: Float32Array,
  workspace: TailoringWorkspace,
): Uint32Array {
  const items = factors.length;
  const marks = workspace.marks(items);
  const rows = workspace.candidates(items);
  for (let at = 0; at < leftOut.length; at += 1) marks[leftOut[at]!] = 1;
  let count = 0;
  const addUpTo = (end: number, from: Uint32Array): void => {
    for (let at = 0; at < from.length && count < end; at += 1) {
      const row = from[at]!;
      if (marks[row] !== 0 || mayBeShown?.(row) === false) continue;
      marks[row] = 1;
      rows[count++] = row;
    }
  };
  addUpTo(items, candidates.rows);
  if (model !== undefined) {
    const threshold = thresholdOf(scores, factors, starts, neighbours, workspace);
    const found = rowsWorth(threshold, scores, factors, starts, workspace.found(items));
    // Where very many are worth the same, a request still costs no more than others.
    addUpTo(Math.min(items, count + 2 * neighbours), found);
  }
  for (let at = 0; at < count; at += 1) marks[rows[at]!] = 0;
  for (let at = 0; at < leftOut.length; at += 1) marks[leftOut[at]!] = 0;
  return rows.subarray(0, count);
}

/** `scores` += factor · x · B. */
function addPackedWeights(
  { rowStarts, targets, weights, scales }: PackedWeights,
  x: SparseVector,
  factor: number,
  scores: Float32Array,
): void {
  for (let at = 0; at < x.rows.length; at += 1) {
    const row = x.rows[at]!;
    const value = x.values[at]! * factor * scales[row]!;
    const end = Math.min(rowStarts[row + 1]!, weights.length);
    for (let k = rowStarts[row]!; k < end; k += 1) scores[targets[k]!]! += value * weights[k]!;
  }
}

/**
 * A histogram's bin is sign, exponent and four bits of the mantissa: of positive numbers, each bin is 1/16 of
 * an octave.
 */
const BIN_SHIFT = 19;
/** Of many rows, every fifth is enough to place the threshold: a few titles more or fewer do no harm. */
const SAMPLE_STRIDE = 5;

/** The rows that reach the threshold and stand somewhere, in `room` for all. */
function rowsWorth(
  threshold: number,
  scores: Float32Array,
  factors: Float32Array,
  starts: Uint32Array | undefined,
  room: Uint32Array,
): Uint32Array {
  const bits = new Int32Array(scores.buffer, scores.byteOffset, scores.length);
  const least = new Int32Array(Float32Array.of(threshold).buffer)[0]!;
  let reached = 0;
  // Positive floats order as their bits do; whole numbers are compared in a third of the time.
  for (let row = 0; row < bits.length; row += 1) if (bits[row]! >= least) room[reached++] = row;
  for (const row of freshRows(factors)) {
    if (bits[row]! < least && scores[row]! * factors[row]! >= threshold) room[reached++] = row;
  }
  let count = 0;
  for (let at = 0; at < reached; at += 1) {
    const row = room[at]!;
    // What is no number has large bits.
    const isWorth = scores[row]! * factors[row]! >= threshold;
    if (isWorth && (starts === undefined || standsSomewhere(starts, row))) room[count++] = row;
  }
  return room.subarray(0, count);
}

/** A factor below it hardly lifts a score. */
const FRESH = 1.05;
const freshByFactors = new WeakMap<Float32Array, Uint32Array>();

/** The rows whose worth is more than their score: few, and the same for a minute. */
function freshRows(factors: Float32Array): Uint32Array {
  let fresh = freshByFactors.get(factors);
  if (fresh === undefined) {
    const rows: number[] = [];
    factors.forEach((factor, row) => factor >= FRESH && rows.push(row));
    freshByFactors.set(factors, (fresh = Uint32Array.from(rows)));
  }
  return fresh;
}

function standsSomewhere(starts: Uint32Array, row: number): boolean {
  return starts[row + 1]! > starts[row]!;
}

/** A positive worth that about `count` of the rows that stand somewhere reach. */
function thresholdOf(
  scores: Float32Array,
  factors: Float32Array,
  starts: Uint32Array | undefined,
  count: number,
  { bins, float, bits }: TailoringWorkspace,
): number {
  bins.fill(0);
  const stride = factors.length > SAMPLE_STRIDE * count ? SAMPLE_STRIDE : 1;
  let highest = 0;
  for (let row = 0; row < factors.length; row += stride) {
    const worth = scores[row]! * factors[row]!;
    if (!(worth > 0) || (starts !== undefined && !standsSomewhere(starts, row))) continue;
    float[0] = worth;
    const bin = bits[0]! >>> BIN_SHIFT;
    bins[bin]! += stride;
    if (bin > highest) highest = bin;
  }
  let bin = highest;
  for (let above = bins[bin]!; above < count && bin > 0;) above += bins[(bin -= 1)]!;
  bits[0] = Math.max(1, bin << BIN_SHIFT);
  return float[0]!;
}
