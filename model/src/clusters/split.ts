/** The best split of one audience by one attribute, and whether it is more than chance. Pure. */
import { OTHER } from "@spillway/shared/signals/signals.ts";
import type { Attribute } from "./audience.ts";
import { TASTE_DIMENSIONS } from "./basis.ts";
import {
  addRow,
  codeOf,
  noMoments,
  spread,
  weightOf,
  type Moments,
  type TreeAudience,
} from "./tree-audience.ts";

const D = TASTE_DIMENSIONS;

export type Split = {
  readonly attribute: number;
  /** Value → its audience; {@link OTHER} holds the values with too few members. */
  readonly children: ReadonlyMap<string, Moments>;
  /** Reduction of Σ w·|y − mean|², less what chance alone would give. */
  readonly gain: number;
  /** The gain as a standard normal quantile, were it chance. */
  readonly z: number;
  /**
   * How much of the parent's mean belongs into a child's, in the unit of weights: variance of one user's taste within the
   * children ÷ variance between them (empirical Bayes; Efron and Morris, JASA 1975). What tells tastes well apart needs little.
   */
  readonly priorWeight: number;
};

/** `shared`: R_c of {@link splitBy}. */
type Child = Moments & { shared: number };

export type SplitTask = {
  readonly audience: TreeAudience;
  readonly rows: Uint32Array;
  readonly moments: Moments;
  /** {@link effectiveDimensions} of the rows. */
  readonly degrees: number;
  /** Users that this value needs for a child of its own. */
  readonly minMembers: (value: string) => number;
};

/** Standard normal quantile that a split must pass: 3 in a million, since thousands are tried. */
const MIN_Z = 4.5;

/** Rows that the covariance is estimated from. */
const SPREAD_SAMPLE = 1000;

/**
 * The split of `task.rows` by the attribute at `at`, or undefined when no value has enough users, or when the gain is no more
 * than chance. Values with too few users share a child, {@link OTHER}, if together they have enough; else they stay with the node.
 *
 * The gain is Σ_c W_c·|mean_c − mean|². Under the null hypothesis that taste does not depend on the signal, each term's
 * expectation is S² · (Q_c/W_c − 2·R_c/W + W_c·Q/W²) with S² the weighted variance, Q = Σ w² over users and R_c = Σ w_c·w
 * (k − 1 times S² over all at equal weights), and the sum's distribution is close to a scaled χ² with (k − 1) · (tr Σ)² / tr Σ² degrees of freedom (Satterthwaite 1946; Box 1954),
 * which the cube-root transform of Wilson and Hilferty (1931) makes a z-score.
 */
export function splitBy(task: SplitTask, at: number): Split | undefined {
  const { audience, rows } = task;
  const attribute = audience.attributes[at]!;
  const keys = supportedKeys(task, attribute);
  if (keys === undefined) return undefined;
  const found = new Map([...keys.values(), OTHER].map((key) => [key, { ...noMoments(), shared: 0 }]));
  const others = found.get(OTHER)!;
  const byCode = new Map([...keys].map(([code, key]) => [code, found.get(key)!]));
  rows.forEach((row, position) => {
    const child = byCode.get(codeOf(attribute, row)) ?? others;
    addRow(child, audience, row);
    if (audience.told[row >> 1] === 0) return;
    const weight = weightOf(audience, row);
    const both = (row & 1) === 0 ? rows[position + 1] === row + 1 : rows[position - 1] === row - 1;
    child.shared += both ? 2 * weight * weight : weight * weight;
  });
  const whole = others.users === 0;
  if (others.weight === 0 || others.users < task.minMembers(OTHER)) found.delete(OTHER);
  return judged(task, at, found, whole || found.has(OTHER));
}

/** The values that get a child of their own, by code; undefined when there would be nothing but one child. */
function supportedKeys(
  { audience, rows, minMembers }: SplitTask,
  attribute: Attribute,
): Map<number, string> | undefined {
  const counts = new Map<number, { users: number; last: number; told: boolean }>();
  for (const row of rows) {
    const code = codeOf(attribute, row);
    let count = counts.get(code);
    if (count === undefined) counts.set(code, (count = { users: 0, last: -1, told: false }));
    const user = row >> 1;
    if (count.last !== user) count.users += 1;
    count.last = user;
    if (audience.told[user] === 1) count.told = true;
  }
  if (counts.size < 2) return undefined;
  const keys = new Map<number, string>();
  for (const [code, { users, told }] of counts) {
    const value = attribute.values[code]!;
    if (told && users >= minMembers(value)) keys.set(code, value);
  }
  return keys.size === 0 ? undefined : keys;
}

function judged(
  { moments: node, degrees }: SplitTask,
  attribute: number,
  children: ReadonlyMap<string, Child>,
  whole: boolean,
): Split | undefined {
  let between = 0;
  let within = 0;
  let chance = 0;
  let chanceSquares = 0;
  let childWeight = 0;
  for (const child of children.values()) {
    const share = child.weight / node.weight;
    between += child.weight * squaredDistance(child, node);
    within += spread(child);
    childWeight += child.weight;
    const term =
      child.weightSquares / child.weight - (2 * child.shared - share * node.weightSquares) / node.weight;
    chance += term;
    chanceSquares += term * term;
  }
  const variance = spread(node) / Math.max(1e-12, node.weight - node.weightSquares / node.weight);
  const expected = chance * variance;
  const gain = between - expected;
  if (!(gain > 0) || !(expected > 0)) return undefined;
  // How many terms there are in effect, where some outweigh the others; one is not free when they are all.
  const terms = ((chance * chance) / chanceSquares) * (whole ? (children.size - 1) / children.size : 1);
  const df = Math.max(1, terms * degrees);
  const z = wilsonHilferty(between / expected, df);
  if (z < MIN_Z) return undefined;
  const perUser = node.weight / node.tellers;
  return {
    attribute,
    gain,
    z,
    children,
    priorWeight: ((within / childWeight) * perUser) / (gain / childWeight),
  };
}

/** χ²_df / df → z. */
function wilsonHilferty(ratio: number, df: number): number {
  return (Math.cbrt(ratio) - (1 - 2 / (9 * df))) / Math.sqrt(2 / (9 * df));
}

/** |mean_a − mean_b|² */
function squaredDistance(a: Moments, b: Moments): number {
  let total = 0;
  for (let d = 0; d < a.sum.length; d += 1) total += (a.sum[d]! / a.weight - b.sum[d]! / b.weight) ** 2;
  return total;
}

/** (tr Σ)² ÷ tr Σ² of the rows' covariance: in how many directions tastes differ. From at most 1,000 rows. */
export function effectiveDimensions(
  { sketches, told }: TreeAudience,
  rows: Uint32Array,
  node: Moments,
): number {
  const tellers = rows.filter((row) => told[row >> 1] === 1);
  const step = Math.max(1, Math.ceil(tellers.length / SPREAD_SAMPLE));
  const covariance = new Float64Array(D * D);
  const mean = node.sum.map((value) => value / node.weight);
  const deviation = new Float64Array(D);
  for (let at = 0; at < tellers.length; at += step) {
    const from = (tellers[at]! >> 1) * D;
    for (let d = 0; d < D; d += 1) deviation[d] = sketches[from + d]! - mean[d]!;
    for (let a = 0; a < D; a += 1) {
      const scaled = deviation[a]!;
      for (let b = 0; b <= a; b += 1) covariance[a * D + b]! += scaled * deviation[b]!;
    }
  }
  let trace = 0;
  let squares = 0;
  for (let a = 0; a < D; a += 1) {
    trace += covariance[a * D + a]!;
    for (let b = 0; b <= a; b += 1) squares += (a === b ? 1 : 2) * covariance[a * D + b]! ** 2;
  }
  return squares === 0 ? 1 : Math.max(1, (trace * trace) / squares);
}
