/**
 * Scores for one viewer over few titles: the candidates of a stored page, and what the viewer's own history
 * leads to. They are blended with the cluster's as the origin blends them (individual-scores.ts). Pure.
 */
import { ownShare } from "../scoring/individual-scores.ts";
import type { ModelPack } from "../packs/model-pack.ts";
import type { SparseVector } from "../profile/history-vector.ts";
import { isInSet, type RowSet } from "./row-set.ts";
import type { TailoringWorkspace } from "./tailoring-workspace.ts";

/** The weights of a model pack. */
export type PackedWeights = Pick<ModelPack, "rowStarts" | "targets" | "weights" | "scales">;

/** So many of the titles that the history leads to are candidates beside the page's, or a few more. */
export const NEIGHBOURS = 160;

export type TailoredInput = {
  /** Undefined: the catalogue is too large for weights, so that the order stays the cluster's. */
  readonly model: PackedWeights | undefined;
  /** The history's vector, by row. */
  readonly x: SparseVector;
  /** The history's weights, summed: in full plays. */
  readonly plays: number;
  /** The page's candidates by row, each row once, with the cluster's scores. */
  readonly candidates: { readonly rows: Uint32Array; readonly scores: Float32Array };
  /** How many rows the catalogue has. */
  readonly items: number;
  /** Rows that stand in some carousel of the page; the history nominates no others. Absent: all do. */
  readonly standing?: RowSet;
  /** Rows that stand in no carousel of scores, such as what was watched. */
  readonly leftOut: ArrayLike<number>;
  /** The rows that may be candidates besides. Absent: all. */
  readonly shown?: RowSet;
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
  const { model, x, plays, candidates, items, leftOut } = input;
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
  { candidates, items, standing, leftOut, shown, neighbours = NEIGHBOURS }: TailoredInput,
  nominated: Uint32Array,
  scores: Float32Array,
  workspace: TailoringWorkspace,
): Uint32Array {
  const marks = workspace.marks(items);
  const rows = workspace.candidates(items);
  for (let at = 0; at < leftOut.length; at += 1) marks[leftOut[at]!] = 1;
  const count = addNew(candidates.rows, shown, marks, rows, 0, items);
  const best = bestOf(nominated, neighbours, scores, standing, workspace);
  // Where very many are worth the same, a request still costs no more than others.
  const end = addNew(best, shown, marks, rows, count, Math.min(items, count + 2 * neighbours));
  for (let at = 0; at < end; at += 1) marks[rows[at]!] = 0;
  for (let at = 0; at < leftOut.length; at += 1) marks[leftOut[at]!] = 0;
  return rows.subarray(0, end);
}

/** Appends those of `from` that are shown and not marked, and marks them; returns where they end. */
function addNew(
  from: Uint32Array,
  shown: RowSet | undefined,
  marks: Uint8Array,
  rows: Uint32Array,
  start: number,
  most: number,
): number {
  let count = start;
  for (let at = 0; at < from.length && count < most; at += 1) {
    const row = from[at]!;
    if (marks[row] !== 0 || (shown !== undefined && !isInSet(shown, row))) continue;
    marks[row] = 1;
    rows[count++] = row;
  }
  return count;
}

/**
 * All weights add to scores, and those that come first in their rows nominate: what a history leads to most
 * is led to by some strong weight, and to look at all of a large catalogue would take longer than all the
 * sums.
 */
const LEAST_NOMINATED_BY_EACH = 8;
/** A short history's titles nominate more each. */
const NOMINATIONS = 800;

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

/** Below the best score there are bins for so many octaves; lower ones share the last. */
const OCTAVES = 16;
/** A bin is 1/16 of an octave. */
const BIN_SHIFT = 19;
const BINS = (OCTAVES << 23) >> BIN_SHIFT;
const INFINITY_BITS = 0x7f80_0000;

/**
 * About `count` of these rows, or fewer: of those that stand somewhere the best. Overwrites `rows`.
 */
function bestOf(
  rows: Uint32Array,
  count: number,
  scores: Float32Array,
  standing: RowSet | undefined,
  workspace: TailoringWorkspace,
): Uint32Array {
  const { values, bits } = workspace.values(rows.length);
  // Positive floats order as their bits do, and negative ones are below 0.
  let largest = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    values[at] = standing === undefined || isInSet(standing, row) ? scores[row]! : 0;
    const own = bits[at]!;
    if (own > largest && own <= INFINITY_BITS) largest = own;
  }
  const top = largest >> BIN_SHIFT;
  const bins = workspace.bins.fill(0, 0, BINS);
  for (let at = 0; at < rows.length; at += 1) {
    const own = bits[at]!;
    if (own > 0 && own <= INFINITY_BITS) bins[Math.min(BINS - 1, top - (own >> BIN_SHIFT))]! += 1;
  }
  let bin = 0;
  for (let above = bins[0]!; above < count && bin < BINS - 1;) above += bins[(bin += 1)]!;
  const least = bin === BINS - 1 ? 1 : Math.max(1, (top - bin) << BIN_SHIFT);
  let best = 0;
  for (let at = 0; at < rows.length; at += 1) {
    if (bits[at]! >= least && bits[at]! <= INFINITY_BITS) rows[best++] = rows[at]!;
  }
  return rows.subarray(0, best);
}
