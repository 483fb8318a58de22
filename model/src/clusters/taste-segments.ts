/**
 * Taste segments: groups of users whom the same page would serve best. They are found on the users' predicted
 * scores and not on raw attributes (Briand et al., KDD 2021), in two levels: groups, and the segments within
 * each. Pure.
 */
import { TASTE_DIMENSIONS } from "./taste-basis.ts";
import { dotAt, nearestOf } from "./k-means.ts";

const D = TASTE_DIMENSIONS;

export type Segments = {
  /** P of taste-basis.ts: the coordinates that the vectors stand in. */
  readonly directions: Float32Array;
  /** The segments of group g have the numbers groupStarts[g] … groupStarts[g + 1]. */
  readonly groupStarts: Uint32Array;
  /**
   * Segments × {@link TASTE_DIMENSIONS}. The product of a segment's vector and a user's sketch is what the
   * segment's page is worth to the user.
   */
  readonly vectors: Float32Array;
  /** Groups × {@link TASTE_DIMENSIONS}: the mean of the vectors of the group's segments. */
  readonly groupVectors: Float32Array;
};

/**
 * For each user so many segments are looked at, group by group, the best groups first. Where there are fewer,
 * all are.
 */
const SEGMENTS_PROBED = 100;

/**
 * The segment whose page is worth most to the user whose sketch stands at `at`, among those of the groups
 * that are looked at.
 */
export function segmentOf(
  { groupStarts, vectors, groupVectors }: Pick<Segments, "groupStarts" | "vectors" | "groupVectors">,
  sketches: Float32Array,
  at: number,
): number {
  const groups = groupStarts.length - 1;
  const products = new Float64Array(groups);
  for (let group = 0; group < groups; group += 1)
    products[group] = dotAt(sketches, at, groupVectors, group * D);
  let best = { index: 0, product: -Infinity };
  for (const group of probeGroups(groupStarts, products)) {
    const own = nearestOf(sketches, at, vectors, groupStarts[group]!, groupStarts[group + 1]!);
    if (own.product > best.product) best = own;
  }
  return best.index;
}

/**
 * The groups that are looked at for a user, best first. `products`: of the groups' vectors with the user's
 * sketch; they are overwritten.
 */
export function* probeGroups(groupStarts: Uint32Array, products: Float64Array): Generator<number> {
  const groups = groupStarts.length - 1;
  const count = groupStarts[groups]!;
  for (let seen = 0; seen < Math.min(SEGMENTS_PROBED, count);) {
    let group = 0;
    for (let other = 1; other < groups; other += 1) if (products[other]! > products[group]!) group = other;
    products[group] = -Infinity;
    seen += groupStarts[group + 1]! - groupStarts[group]!;
    yield group;
  }
}
