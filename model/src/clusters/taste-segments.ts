/**
 * Taste segments: groups of users whom the same page would serve best. They are found on the users' predicted
 * scores and not on raw attributes (Briand et al., KDD 2021), in two levels: groups, and the segments within
 * each. Pure.
 */
import { TASTE_DIMENSIONS } from "./taste-basis.ts";
import { dotAt } from "./k-means.ts";

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
export function segmentOf(segments: SegmentVectors, sketches: Float32Array, at: number): number {
  return nearestSegments(segments, sketches.subarray(at, at + D), 1)[0] ?? 0;
}

type SegmentVectors = Pick<Segments, "groupStarts" | "vectors" | "groupVectors">;

/** At most `count` segments whose pages are worth most to the user with this sketch, best first. */
export function nearestSegments(
  { groupStarts, vectors, groupVectors }: SegmentVectors,
  sketch: Float32Array,
  count: number,
): number[] {
  const groups = groupStarts.length - 1;
  const products = new Float64Array(groups);
  for (let group = 0; group < groups; group += 1) products[group] = dotAt(sketch, 0, groupVectors, group * D);
  const nearest = noNearest(count);
  for (const group of probeGroups(groupStarts, products)) {
    for (let segment = groupStarts[group]!; segment < groupStarts[group + 1]!; segment += 1)
      addNearest(nearest, segment, dotAt(sketch, 0, vectors, segment * D));
  }
  return nearest.segments;
}

/** The segments that are worth most so far, best first, and what they are worth. */
export type Nearest = { readonly count: number; readonly segments: number[]; readonly worth: number[] };

export function noNearest(count: number): Nearest {
  return { count, segments: [], worth: [] };
}

/** Of equals, the one that was found first stays before the other. */
export function addNearest({ count, segments, worth }: Nearest, segment: number, own: number): void {
  if (segments.length === count && own <= worth[count - 1]!) return;
  let place = Math.min(segments.length, count - 1);
  for (; place > 0 && worth[place - 1]! < own; place -= 1) {
    segments[place] = segments[place - 1]!;
    worth[place] = worth[place - 1]!;
  }
  segments[place] = segment;
  worth[place] = own;
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
