/**
 * Spherical k-means (Dhillon and Modha, Machine Learning 2001) with k-means++ seeds. Pure; deterministic for
 * the same draws.
 */
import { TASTE_DIMENSIONS } from "./taste-basis.ts";

const D = TASTE_DIMENSIONS;
const MAX_ITERATIONS = 8;

export type Centres = {
  /** count × {@link TASTE_DIMENSIONS}, each of length 1. */
  readonly centres: Float32Array;
  /** Point → centre. */
  readonly assigned: Uint32Array;
};

/** `points`: rows of length 1. `members`: the numbers of the rows to cluster, at least `count` of them. */
export function kMeans(
  points: Float32Array,
  members: Uint32Array,
  count: number,
  draw: () => number,
): Centres {
  const centres = seeds(points, members, count, draw);
  const assigned = new Uint32Array(members.length);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration += 1) {
    let moved = 0;
    members.forEach((member, at) => {
      const nearest = nearestOf(points, member * D, centres, 0, count).index;
      if (assigned[at] !== nearest || iteration === 0) moved += 1;
      assigned[at] = nearest;
    });
    if (moved === 0) break;
    moveCentres(points, members, assigned, centres);
  }
  return { centres, assigned };
}

/**
 * k-means++ (Arthur and Vassilvitskii, SODA 2007): the chance of a point to be the next seed is in proportion
 * to its distance from the seeds before.
 */
function seeds(points: Float32Array, members: Uint32Array, count: number, draw: () => number): Float32Array {
  const centres = new Float32Array(count * D);
  const distances = new Float64Array(members.length).fill(2);
  let chosen = Math.floor(draw() * members.length);
  for (let k = 0; k < count; k += 1) {
    centres.set(points.subarray(members[chosen]! * D, (members[chosen]! + 1) * D), k * D);
    let total = 0;
    members.forEach((member, at) => {
      const distance = Math.max(0, 1 - dotAt(points, member * D, centres, k * D));
      if (distance < distances[at]!) distances[at] = distance;
      total += distances[at]!;
    });
    let left = draw() * total;
    chosen = distances.findIndex((distance) => (left -= distance) < 0);
    // All points are seeds already. Any will do: its cluster stays empty.
    if (chosen < 0) chosen = Math.floor(draw() * members.length);
  }
  return centres;
}

function moveCentres(
  points: Float32Array,
  members: Uint32Array,
  assigned: Uint32Array,
  centres: Float32Array,
): void {
  const before = centres.slice();
  centres.fill(0);
  members.forEach((member, at) => {
    const to = assigned[at]! * D;
    for (let d = 0; d < D; d += 1) centres[to + d]! += points[member * D + d]!;
  });
  for (let from = 0; from < centres.length; from += D) {
    const length = Math.hypot(...centres.subarray(from, from + D));
    if (length === 0) centres.set(before.subarray(from, from + D), from);
    else for (let d = from; d < from + D; d += 1) centres[d]! /= length;
  }
}

/**
 * The one of the centres `from` … `to` whose product with the point at `at` is largest; ties go to the
 * smaller number.
 */
export function nearestOf(
  points: Float32Array,
  at: number,
  centres: Float32Array,
  from: number,
  to: number,
): { readonly index: number; readonly product: number } {
  let index = from;
  let product = -Infinity;
  for (let k = from; k < to; k += 1) {
    const own = dotAt(points, at, centres, k * D);
    if (own > product) {
      product = own;
      index = k;
    }
  }
  return { index, product };
}

/** Four sums run at a time, since the additions of one sum have to wait for one another. */
export function dotAt(a: Float32Array, aAt: number, b: Float32Array, bAt: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let d = 0; d < D; d += 4) {
    s0 += a[aAt + d]! * b[bAt + d]!;
    s1 += a[aAt + d + 1]! * b[bAt + d + 1]!;
    s2 += a[aAt + d + 2]! * b[bAt + d + 2]!;
    s3 += a[aAt + d + 3]! * b[bAt + d + 3]!;
  }
  return s0 + s1 + s2 + s3;
}
