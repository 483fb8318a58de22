/**
 * Finds where a nightly series changes its level, by optimal partitioning with a bounded loss.
 *
 * It minimises, over all partitions, the sum of each segment's Σ min(((x − m) / σ)², K²), plus β for each
 * change. This is the biweight loss of P. Fearnhead and G. Rigaill, "Changepoint Detection in the Presence of
 * Outliers", JASA 114 (2019), with their K = 3. Dynamic programming solves it (B. Jackson et al., IEEE Signal
 * Processing Letters 12 (2005); PELT is its pruned form, but series here have at most some hundred nights).
 * The solution is exact except for a segment's level, which is found in one step from its median. One outlier
 * night costs at most K², less than two changes, so it makes no step.
 */
import { median } from "@spillway/kit/statistics.ts";

const K = 3;
/**
 * A factor in β = 2 · PENALTY_FACTOR · ln n. BIC has 1 and assumes independent noise, but nights resemble
 * their neighbours.
 */
const PENALTY_FACTOR = 2;
/** Relative noise is taken to be at least 3 %, so that tiny changes make no step. */
const MIN_SIGMA = 0.03;
const WEEKDAY_ROUNDS = 4;
/** The fewest nights from which weekdays can be distinguished from levels. */
const TWO_WEEKS = 14;

export type Step = {
  /** Position of the first night at the new level. */
  readonly at: number;
  /** Levels of the given series, which are logarithms. The ratio of the levels is exp(after − before). */
  readonly before: number;
  readonly after: number;
  /** The difference of the levels in standard errors. */
  readonly z: number;
};

/** `values` are logarithms of counts, undefined when unknown. `weekdays` holds 0–6 for each of them. */
export function findSteps(values: readonly (number | undefined)[], weekdays: readonly number[]): Step[] {
  const known = values.flatMap((value, at) => (value === undefined ? [] : [{ value, at }]));
  if (known.length < 4) return [];
  const raw = known.map(({ value }) => value);
  const days = known.map(({ at }) => weekdays[at] ?? 0);
  let effects = Array.from({ length: 7 }, () => 0);
  let found = partition(raw);
  // Levels and weekday effects are estimated alternately, as in Tukey's median polish.
  for (let round = 0; round < WEEKDAY_ROUNDS && known.length >= TWO_WEEKS; round += 1) {
    const levels = levelsOf(found);
    effects = weekdayEffects(
      raw.map((value, at) => value - levels[at]!),
      days,
    );
    found = partition(raw.map((value, at) => value - effects[days[at]!]!));
  }
  return found.segments.slice(1).map((segment, before) => {
    const previous = found.segments[before]!;
    const error = found.sigma * Math.sqrt(1 / previous.length + 1 / segment.length);
    return {
      at: known[segment.from]!.at,
      before: previous.level,
      after: segment.level,
      z: (segment.level - previous.level) / error,
    };
  });
}

type Segment = { readonly from: number; readonly length: number; readonly level: number };
type Partition = { readonly sigma: number; readonly segments: readonly Segment[] };

function levelsOf({ segments }: Partition): number[] {
  return segments.flatMap(({ length, level }) => Array.from({ length }, () => level));
}

function weekdayEffects(residuals: readonly number[], days: readonly number[]): number[] {
  return Array.from({ length: 7 }, (__, day) => {
    const own = residuals.filter((_, at) => days[at] === day);
    return own.length < 2 ? 0 : median(own);
  });
}

function partition(values: readonly number[]): Partition {
  const sigma = noise(values);
  const scaled = values.map((value) => value / sigma);
  const penalty = 2 * PENALTY_FACTOR * Math.log(values.length);
  const best = [-penalty];
  const cut = [0];
  for (let end = 1; end <= values.length; end += 1) {
    best[end] = Infinity;
    for (let from = 0; from < end; from += 1) {
      const cost = best[from]! + penalty + segmentCost(scaled, from, end);
      if (cost < best[end]!) [best[end], cut[end]] = [cost, from];
    }
  }
  const segments: Segment[] = [];
  for (let end = values.length; end > 0; end = cut[end]!) {
    const from = cut[end]!;
    segments.unshift({ from, length: end - from, level: sigma * location(scaled, from, end) });
  }
  return { sigma, segments: adjustCuts(segments, values) };
}

/**
 * An outlier night costs the same in either neighbouring segment, so it is assigned to the one with the
 * nearer level.
 */
function adjustCuts(segments: readonly Segment[], values: readonly number[]): Segment[] {
  const starts = segments.map(({ from }) => from);
  for (let at = 1; at < segments.length; at += 1) {
    const [left, right] = [segments[at - 1]!.level, segments[at]!.level];
    const isLeft = (night: number): boolean =>
      Math.abs(values[night]! - left) <= Math.abs(values[night]! - right);
    const end = starts[at + 1] ?? values.length;
    while (starts[at]! + 1 < end && isLeft(starts[at]!)) starts[at]! += 1;
    while (starts[at]! - 1 > starts[at - 1]! && !isLeft(starts[at]! - 1)) starts[at]! -= 1;
  }
  return segments.map(({ level }, at) => {
    return { from: starts[at]!, length: (starts[at + 1] ?? values.length) - starts[at]!, level };
  });
}

/** Estimates the noise from differences of neighbours, which a step changes in one place only. */
function noise(values: readonly number[]): number {
  const differences = values.slice(1).map((value, at) => Math.abs(value - values[at]!));
  // The logarithm of a Poisson count of n has a standard deviation of 1/√n.
  const chance = Math.exp(-median(values) / 2);
  // The factor 1.4826 converts a median absolute deviation to the standard deviation of a normal
  // distribution.
  return Math.max(MIN_SIGMA, chance, (1.4826 * median(differences)) / Math.SQRT2);
}

function segmentCost(scaled: readonly number[], from: number, end: number): number {
  const level = location(scaled, from, end);
  let cost = 0;
  for (let at = from; at < end; at += 1) cost += Math.min((scaled[at]! - level) ** 2, K * K);
  return cost;
}

/**
 * Returns the mean of the values within K of the median: one step towards the minimum of the biweight loss.
 */
function location(scaled: readonly number[], from: number, end: number): number {
  const middle = median(scaled.slice(from, end));
  let sum = 0;
  let count = 0;
  for (let at = from; at < end; at += 1) {
    if (Math.abs(scaled[at]! - middle) > K) continue;
    sum += scaled[at]!;
    count += 1;
  }
  return count === 0 ? middle : sum / count;
}
