/** The best split of one audience by one attribute, and whether it is more than chance. Pure. */
import { OTHER } from "@spillway/shared/signals/signals.ts";
import type { Attribute } from "./audience.ts";
import { TASTE_DIMENSIONS } from "./taste-basis.ts";
import {
  addExample,
  codeOf,
  noMoments,
  spread,
  weightOf,
  type Moments,
  type TreeAudience,
} from "./tree-examples.ts";

const D = TASTE_DIMENSIONS;

export type Split = {
  readonly attribute: number;
  /** Value → the moments of its examples; {@link OTHER} stands for the values with too few members. */
  readonly children: ReadonlyMap<string, Moments>;
  /** How much the split reduces Σ w·|y − mean|², less what chance alone would give. */
  readonly gain: number;
  /** The standard normal quantile of the gain, under the hypothesis that it is chance. */
  readonly z: number;
  /**
   * The weight of the parent's mean in a child's: the variance of one user's taste within the children ÷ the
   * variance between them (empirical Bayes; Efron and Morris, JASA 1975). A split that tells tastes well
   * apart needs little of it.
   */
  readonly priorWeight: number;
};

/** `shared`: R_c of {@link splitBy}. */
type Child = Moments & { shared: number };

export type SplitTask = {
  readonly audience: TreeAudience;
  readonly examples: Uint32Array;
  readonly moments: Moments;
  /** {@link effectiveDimensions} of the examples. */
  readonly degrees: number;
  /** So many users a value needs for a child of its own. */
  readonly minMembers: (value: string) => number;
};

/**
 * A split must pass this standard normal quantile: 3 in a million by chance, since thousands of splits are
 * tried.
 */
const MIN_Z = 4.5;

/** The covariance is estimated from at most so many examples. */
const SPREAD_SAMPLE = 1000;

/**
 * The split of `task.examples` by the attribute at `at`. Undefined when no value has enough users, or when
 * the gain is no more than chance. Values with too few users share the child {@link OTHER} if together they
 * have enough; else they stay with the node.
 *
 * The gain is Σ_c W_c·|mean_c − mean|². Under the null hypothesis that taste does not depend on the signal,
 * the expectation of each term is S² · (Q_c/W_c − 2·R_c/W + W_c·Q/W²), with S² the weighted variance, Q = Σ
 * w² over users and R_c = Σ w_c·w; at equal weights their sum is (k − 1)·S². The sum's distribution is close
 * to a scaled χ² with (k − 1) · (tr Σ)² / tr Σ² degrees of freedom (Satterthwaite 1946; Box 1954), which the
 * cube-root transform of Wilson and Hilferty (1931) turns into a z-score.
 */
export function splitBy(task: SplitTask, at: number): Split | undefined {
  const { audience, examples } = task;
  const attribute = audience.attributes[at]!;
  const keys = supportedKeys(task, attribute);
  if (keys === undefined) return undefined;
  const found = new Map([...keys.values(), OTHER].map((key) => [key, { ...noMoments(), shared: 0 }]));
  const others = found.get(OTHER)!;
  const byCode = new Map([...keys].map(([code, key]) => [code, found.get(key)!]));
  examples.forEach((example, position) => {
    const child = byCode.get(codeOf(attribute, example)) ?? others;
    addExample(child, audience, example);
    if (audience.hasSketch[example >> 1] === 0) return;
    const weight = weightOf(audience, example);
    const both =
      (example & 1) === 0 ? examples[position + 1] === example + 1 : examples[position - 1] === example - 1;
    child.shared += both ? 2 * weight * weight : weight * weight;
  });
  const whole = others.users === 0;
  if (others.weight === 0 || others.users < task.minMembers(OTHER)) found.delete(OTHER);
  return judged(task, at, found, whole || found.has(OTHER));
}

/** The values that get a child of their own, by code. Undefined where there would be only one child. */
function supportedKeys(
  { audience, examples, minMembers }: SplitTask,
  attribute: Attribute,
): Map<number, string> | undefined {
  const counts = new Map<number, { users: number; last: number; hasSketch: boolean }>();
  for (const example of examples) {
    const code = codeOf(attribute, example);
    let count = counts.get(code);
    if (count === undefined) counts.set(code, (count = { users: 0, last: -1, hasSketch: false }));
    const user = example >> 1;
    if (count.last !== user) count.users += 1;
    count.last = user;
    if (audience.hasSketch[user] === 1) count.hasSketch = true;
  }
  if (counts.size < 2) return undefined;
  const keys = new Map<number, string>();
  for (const [code, { users, hasSketch }] of counts) {
    const value = attribute.values[code]!;
    if (hasSketch && users >= minMembers(value)) keys.set(code, value);
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
  // The effective number of terms, since some outweigh the others; where the children cover all examples, one
  // is not free.
  const terms = ((chance * chance) / chanceSquares) * (whole ? (children.size - 1) / children.size : 1);
  const df = Math.max(1, terms * degrees);
  const z = wilsonHilferty(between / expected, df);
  if (z < MIN_Z) return undefined;
  const perUser = node.weight / node.usersWithSketch;
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

/**
 * (tr Σ)² ÷ tr Σ² of the examples' covariance: the number of directions in which tastes differ. Estimated
 * from at most {@link SPREAD_SAMPLE} of them.
 */
export function effectiveDimensions(
  { sketches, hasSketch }: TreeAudience,
  examples: Uint32Array,
  node: Moments,
): number {
  const sketched = examples.filter((example) => hasSketch[example >> 1] === 1);
  const step = Math.max(1, Math.ceil(sketched.length / SPREAD_SAMPLE));
  const covariance = new Float64Array(D * D);
  const mean = node.sum.map((value) => value / node.weight);
  const deviation = new Float64Array(D);
  for (let at = 0; at < sketched.length; at += step) {
    const from = (sketched[at]! >> 1) * D;
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
