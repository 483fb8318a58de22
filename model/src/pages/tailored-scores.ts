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
  const nominated = model === undefined ? NONE : addPackedWeights(model, x, own, scores, workspace);
  for (let at = 0; at < leftOut.length; at += 1) scores[leftOut[at]!] = 0;
  const rows = chooseRows(input, nominated, scores, workspace);
  for (let at = 0; at < candidates.rows.length; at += 1) {
    scores[candidates.rows[at]!]! += (1 - own) * candidates.scores[at]!;
  }
  return { rows, scores };
}

const NONE = new Uint32Array(0);

/** The page's titles, and those that the history leads to. */
function chooseRows(
  { candidates, factors, starts, leftOut, mayBeShown, neighbours = NEIGHBOURS }: TailoredInput,
  nominated: Uint32Array,
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
  // Where very many are worth the same, a request still costs no more than others.
  addUpTo(
    Math.min(items, count + 2 * neighbours),
    bestOf(nominated, neighbours, scores, factors, starts, workspace),
  );
  for (let at = 0; at < count; at += 1) marks[rows[at]!] = 0;
  for (let at = 0; at < leftOut.length; at += 1) marks[leftOut[at]!] = 0;
  return rows.subarray(0, count);
}

/**
 * All weights add to scores, and those that come first in their rows nominate: what a history leads to most
 * is led to by some strong weight, and to look at all of a large catalogue would take longer than all the
 * sums.
 */
const LEAST_NOMINATED_BY_EACH = 8;
/** A short history's titles nominate more each. */
const NOMINATIONS = 1600;

/** `scores` += factor · x · B. Returns what is nominated, each row once. */
function addPackedWeights(
  model: PackedWeights,
  x: SparseVector,
  factor: number,
  scores: Float32Array,
  workspace: TailoringWorkspace,
): Uint32Array {
  const { rowStarts, targets, weights, scales } = model;
  const marks = workspace.marks(scores.length);
  const nominated = workspace.nominated(scores.length);
  const byEach = Math.max(LEAST_NOMINATED_BY_EACH, Math.ceil(NOMINATIONS / Math.max(1, x.rows.length)));
  let count = 0;
  // Any place, which is written again: what is used nowhere, a compiler does not read.
  nominated[0] = readAhead(model, x.rows);
  for (let at = 0; at < x.rows.length; at += 1) {
    const row = x.rows[at]!;
    const value = x.values[at]! * factor * scales[row]!;
    const start = rowStarts[row]!;
    const end = Math.min(rowStarts[row + 1]!, weights.length);
    const firstEnd = Math.min(end, start + byEach);
    for (let k = start; k < firstEnd; k += 1) {
      const target = targets[k]!;
      // There is no branch, which no processor could predict.
      nominated[count] = target;
      count += 1 - (marks[target]! | 0);
      marks[target] = 1;
      scores[target]! += value * weights[k]!;
    }
    for (let k = firstEnd; k < end; k += 1) scores[targets[k]!]! += value * weights[k]!;
  }
  const rows = nominated.subarray(0, count);
  for (let at = 0; at < rows.length; at += 1) marks[rows[at]!] = 0;
  return rows;
}

/**
 * The rows lie anywhere in megabytes, and a processor waits for many places of memory as long as for one, but
 * only where nothing else is to be done between.
 */
function readAhead({ rowStarts, targets, weights }: PackedWeights, rows: Uint32Array): number {
  let sum = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const start = rowStarts[rows[at]!]!;
    const last = Math.min(rowStarts[rows[at]! + 1]!, weights.length) - 1;
    if (!(start < last)) continue;
    const middle = (start + last) >>> 1;
    sum += weights[start]! + weights[last]! + targets[start]! + targets[middle]! + targets[last]!;
  }
  return sum;
}

/**
 * A histogram's bin is sign, exponent and four bits of the mantissa: of positive numbers, each bin is 1/16 of
 * an octave.
 */
const BIN_SHIFT = 19;
const INFINITY_BITS = 0x7f80_0000;

/**
 * About `count` of these rows, or fewer: those that stand somewhere and are worth most. Overwrites `rows`.
 */
function bestOf(
  rows: Uint32Array,
  count: number,
  scores: Float32Array,
  factors: Float32Array,
  starts: Uint32Array | undefined,
  workspace: TailoringWorkspace,
): Uint32Array {
  const bins = workspace.bins.fill(0);
  const { values, bits } = workspace.values(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    const stands = starts === undefined || starts[row + 1]! > starts[row]!;
    values[at] = stands ? scores[row]! * factors[row]! : 0;
  }
  // Positive floats order as their bits do; negative ones are counted beyond them.
  for (let at = 0; at < rows.length; at += 1) bins[bits[at]! >>> BIN_SHIFT]! += 1;
  let bin = INFINITY_BITS >>> BIN_SHIFT;
  for (let above = bins[bin]!; above < count && bin > 0;) above += bins[(bin -= 1)]!;
  const least = Math.max(1, bin << BIN_SHIFT);
  let best = 0;
  for (let at = 0; at < rows.length; at += 1) {
    if (bits[at]! >= least && bits[at]! <= INFINITY_BITS) rows[best++] = rows[at]!;
  }
  return rows.subarray(0, best);
}
