/**
 * What a tree is grown on: two examples of each user, the user as known today and as a stranger
 * (audience.ts). Pure.
 */
import type { Attribute } from "./audience.ts";
import { TASTE_DIMENSIONS } from "./taste-basis.ts";

const D = TASTE_DIMENSIONS;

export type TreeAudience = {
  /** Their codes are by user. */
  readonly attributes: readonly Attribute[];
  /** The weight in traffic, by user. */
  readonly visits: Uint8Array;
  /**
   * users × {@link TASTE_DIMENSIONS}, each of length 1, or all 0 for a user of whose taste nothing is known.
   */
  readonly sketches: Float32Array;
  /** 1 where there is a sketch, by user. */
  readonly hasSketch: Uint8Array;
  /** 1 where more is known than a request tells ({@link knownUsers}), by user. */
  readonly known: Uint8Array;
};

export function knownUsers(attributes: readonly Attribute[], users: number): Uint8Array {
  const known = new Uint8Array(users);
  for (const { inRequest, codes } of attributes) {
    if (!inRequest) for (let user = 0; user < users; user += 1) if (codes[user] !== 0) known[user] = 1;
  }
  return known;
}

/**
 * Example 2u is user u as known, 2u + 1 the stranger; a user of whom only the request is known has the first
 * alone.
 */
export function allExamples(known: Uint8Array): Uint32Array {
  const examples = new Uint32Array(2 * known.length);
  let size = 0;
  known.forEach((isKnown, user) => {
    examples[size++] = 2 * user;
    if (isKnown === 1) examples[size++] = 2 * user + 1;
  });
  return examples.slice(0, size);
}

/** A user's examples share the user's visits. */
export function weightOf({ known, visits }: Pick<TreeAudience, "known" | "visits">, example: number): number {
  const user = example >> 1;
  return known[user] === 1 ? visits[user]! / 2 : visits[user]!;
}

export function codeOf({ inRequest, codes }: Attribute, example: number): number {
  return inRequest || (example & 1) === 0 ? codes[example >> 1]! : 0;
}

/** The weighted sum of the sketches of some examples, and the counts that the statistics need. */
export type Moments = {
  readonly sum: Float64Array;
  /** The weight of the examples with a sketch; sketches have length 1, so this is also Σ w·|y|². */
  weight: number;
  /**
   * Σ over users of the square of their weight here: how unequal the weights are. A user's two examples have
   * the same taste, and so count as one.
   */
  weightSquares: number;
  /** Distinct users, with or without a sketch. */
  users: number;
  /** Distinct users with a sketch. */
  usersWithSketch: number;
};

export function noMoments(): Moments & { lastUser: number } {
  return {
    sum: new Float64Array(D),
    weight: 0,
    weightSquares: 0,
    users: 0,
    usersWithSketch: 0,
    lastUser: -1,
  };
}

/** Examples must come in ascending order, so that a user's two are counted once. */
export function addExample(
  moments: ReturnType<typeof noMoments>,
  audience: TreeAudience,
  example: number,
): void {
  const user = example >> 1;
  const hasSketch = audience.hasSketch[user] === 1;
  const second = moments.lastUser === user;
  if (!second) {
    moments.users += 1;
    if (hasSketch) moments.usersWithSketch += 1;
    moments.lastUser = user;
  }
  if (!hasSketch) return;
  const weight = weightOf(audience, example);
  const { sum } = moments;
  const from = user * D;
  for (let d = 0; d < D; d += 1) sum[d]! += weight * audience.sketches[from + d]!;
  moments.weight += weight;
  // (2w)² − w²
  moments.weightSquares += (second ? 3 : 1) * weight * weight;
}

export function momentsOf(audience: TreeAudience, examples: Uint32Array): Moments {
  const moments = noMoments();
  for (const example of examples) addExample(moments, audience, example);
  return moments;
}

/** Σ w·|y − mean|² = Σ w − |Σ w·y|² ÷ Σ w for sketches of length 1. */
export function spread({ sum, weight }: Moments): number {
  const explained = weight === 0 ? 0 : sum.reduce((total, value) => total + value * value, 0) / weight;
  return Math.max(0, weight - explained);
}
