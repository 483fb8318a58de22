/** The best split of one audience by one signal, and whether it is more than chance. Pure. */
import { OTHER, type SignalName } from "@spillway/shared/signals.ts";
import type { AudienceRow } from "./audience.ts";

export type Sketches = { readonly dimensions: number; readonly values: Float32Array };

/** Weighted sum of sketches, and what the statistics need beside it. */
export type Moments = {
  readonly sum: Float64Array;
  weight: number;
  /** Σ w·w_user: how unequal the weights are. */
  weightSquares: number;
  /** Σ w·|y|² */
  squares: number;
  readonly rows: AudienceRow[];
};

export type Split = {
  readonly signal: SignalName;
  /** Value → its audience; {@link OTHER} holds the values with too few members. */
  readonly children: ReadonlyMap<string, readonly AudienceRow[]>;
  /** Reduction of Σ w·|y − mean|², less what chance alone would give. */
  readonly gain: number;
};

/** Standard normal quantile that a split must pass: 3 in a million, since thousands are tried. */
const MIN_Z = 4.5;

/** Rows that the spread is estimated from. */
const SPREAD_SAMPLE = 3000;

export function momentsOf(rows: readonly AudienceRow[], sketches: Sketches): Moments {
  const moments = emptyMoments(sketches.dimensions);
  for (const row of rows) addRow(moments, row, sketches);
  return moments;
}

function emptyMoments(dimensions: number): Moments {
  return { sum: new Float64Array(dimensions), weight: 0, weightSquares: 0, squares: 0, rows: [] };
}

function addRow(moments: Moments, row: AudienceRow, { dimensions, values }: Sketches): void {
  moments.rows.push(row);
  if (row.sketchAt < 0) return;
  const { sum } = moments;
  for (let d = 0; d < dimensions; d += 1) sum[d]! += row.weight * values[row.sketchAt + d]!;
  moments.weight += row.weight;
  // Both rows of a user carry the same taste: they vary together, so each counts with the user's whole weight.
  moments.weightSquares += row.weight * 2 * row.weight;
  moments.squares += row.weight;
}

/** |Σ w·y|² ÷ Σ w: what the mean explains of Σ w·|y|². */
function explained({ sum, weight }: Moments): number {
  return weight === 0 ? 0 : sum.reduce((total, value) => total + value * value, 0) / weight;
}

/** Σ w·|y − mean|²; sketches have length 1. */
export function spread(moments: Moments): number {
  return Math.max(0, moments.squares - explained(moments));
}

/**
 * The split of `node` by `signal`, or undefined when no value has `minMembers` users, or when the gain is no more than
 * chance. Children have `minMembers` users each; the rest, where it is smaller, stays with the node.
 *
 * The gain is Σ_c W_c·|mean_c − mean|². Under the null hypothesis that taste does not depend on the signal, each term's
 * expectation is S² · (Q_c/W_c − 2·Q_c/W + W_c·Q/W²) with S² the weighted variance and Q = Σ w² (k − 1 times S² over all
 * at equal weights), and the sum's distribution is close to a scaled χ² with (k − 1) · (tr Σ)² / tr Σ² degrees of freedom (Satterthwaite 1946; Box 1954),
 * which the cube-root transform of Wilson and Hilferty (1931) makes a z-score.
 */
export function splitBy(
  signal: SignalName,
  node: Moments,
  sketches: Sketches,
  minMembers: number,
  degrees: number,
): Split | undefined {
  const groups = new Map<string, Moments>();
  for (const row of node.rows) {
    const value = row.signals[signal];
    let group = groups.get(value);
    if (group === undefined) groups.set(value, (group = emptyMoments(sketches.dimensions)));
    addRow(group, row, sketches);
  }
  if (groups.size < 2) return undefined;
  const children = new Map<string, Moments>();
  for (const [value, group] of groups) {
    const key = usersIn(group.rows) >= minMembers && group.weight > 0 ? value : OTHER;
    const target = children.get(key);
    children.set(key, target === undefined ? group : merged(target, group));
  }
  // Too few to be an audience of their own: they stay with the node's own page.
  const rest = children.get(OTHER);
  if (rest !== undefined && (rest.weight === 0 || usersIn(rest.rows) < minMembers)) children.delete(OTHER);
  const supported = [...children.keys()].filter((value) => value !== OTHER).length;
  if (supported === 0 || [...children.values()].every(({ rows }) => rows.length === node.rows.length))
    return undefined;
  let between = 0;
  let chance = 0;
  let chanceSquares = 0;
  for (const child of children.values()) {
    const share = child.weight / node.weight;
    between += child.weight * squaredDistance(child, node);
    const term =
      child.weightSquares / child.weight -
      (2 * child.weightSquares - share * node.weightSquares) / node.weight;
    chance += term;
    chanceSquares += term * term;
  }
  const variance = spread(node) / Math.max(1e-12, node.weight - node.weightSquares / node.weight);
  const expected = chance * variance;
  const gain = between - expected;
  if (!(gain > 0) || !(expected > 0)) return undefined;
  const whole = [...children.values()].reduce((sum, { rows }) => sum + rows.length, 0) === node.rows.length;
  // How many terms there are in effect, where some outweigh the others; one is not free when they are all.
  const terms = ((chance * chance) / chanceSquares) * (whole ? (children.size - 1) / children.size : 1);
  const df = Math.max(1, terms * degrees);
  if (wilsonHilferty(between / expected, df) < MIN_Z) return undefined;
  return { signal, gain, children: new Map([...children].map(([value, { rows }]) => [value, rows])) };
}

/** χ²_df / df → z. */
function wilsonHilferty(ratio: number, df: number): number {
  return (Math.cbrt(ratio) - (1 - 2 / (9 * df))) / Math.sqrt(2 / (9 * df));
}

function merged(a: Moments, b: Moments): Moments {
  return {
    sum: a.sum.map((value, d) => value + b.sum[d]!),
    weight: a.weight + b.weight,
    weightSquares: a.weightSquares + b.weightSquares,
    squares: a.squares + b.squares,
    rows: [...a.rows, ...b.rows],
  };
}

/** |mean_a − mean_b|² */
function squaredDistance(a: Moments, b: Moments): number {
  let total = 0;
  for (let d = 0; d < a.sum.length; d += 1) total += (a.sum[d]! / a.weight - b.sum[d]! / b.weight) ** 2;
  return total;
}

export function usersIn(rows: readonly AudienceRow[]): number {
  return new Set(rows.map(({ user }) => user)).size;
}

/** (tr Σ)² ÷ tr Σ² of the node's covariance: in how many directions tastes differ. From at most 3,000 rows. */
export function effectiveDimensions(node: Moments, { dimensions, values }: Sketches): number {
  const rows = node.rows.filter(({ sketchAt }) => sketchAt >= 0);
  const step = Math.max(1, Math.ceil(rows.length / SPREAD_SAMPLE));
  const covariance = new Float64Array(dimensions * dimensions);
  const mean = node.sum.map((value) => value / node.weight);
  const deviation = new Float64Array(dimensions);
  for (let at = 0; at < rows.length; at += step) {
    const { sketchAt, weight } = rows[at]!;
    for (let d = 0; d < dimensions; d += 1) deviation[d] = values[sketchAt + d]! - mean[d]!;
    for (let a = 0; a < dimensions; a += 1) {
      const scaled = weight * deviation[a]!;
      const base = a * dimensions;
      for (let b = 0; b <= a; b += 1) covariance[base + b]! += scaled * deviation[b]!;
    }
  }
  let trace = 0;
  let squares = 0;
  for (let a = 0; a < dimensions; a += 1) {
    trace += covariance[a * dimensions + a]!;
    for (let b = 0; b <= a; b += 1) squares += (a === b ? 1 : 2) * covariance[a * dimensions + b]! ** 2;
  }
  return squares === 0 ? 1 : Math.max(1, (trace * trace) / squares);
}
