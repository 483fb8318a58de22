/** Finds taste segments on a sample of users (taste-segments.ts). Pure; deterministic for the same draws. */
import type { Histories } from "../profile/histories.ts";
import { addScores, type ItemModel } from "../scoring/item-model.ts";
import { topK } from "../scoring/top-k.ts";
import { principalDirections, projectSources, sketch, TASTE_DIMENSIONS } from "./taste-basis.ts";
import { dotAt, kMeans } from "./k-means.ts";
import { sumOf } from "./sum-of-users.ts";
import { segmentOf, type Segments } from "./taste-segments.ts";

const D = TASTE_DIMENSIONS;

/** Rounds of pages and assignments; later rounds would move only a few in a hundred users. */
const ROUNDS = 5;

/**
 * Of a segment's page the first items count, discounted by position as in DCG. On MovieLens 1M the first 30
 * kept more of NDCG@10 than the first 100 (67–69 % and 65–67 % with 100 segments), and both kept more than
 * plain k-means (60–62 %).
 */
const PAGE_ITEMS = 30;

/**
 * Divides `users`, all of whom have a sketch, into `count` segments in about √count groups. It starts with
 * k-means over the sketches and then alternates two steps: each segment's page is made from the mean scores
 * of its members, and each user joins the segment whose page has the highest discounted sum of the user's own
 * scores. A segment that fewer than `minMembers` users would choose starts again from a user whom the present
 * segment serves badly. `draw` gives uniform numbers in [0, 1).
 */
export function findSegments(
  model: ItemModel,
  histories: Histories,
  users: Uint32Array,
  count: number,
  minMembers: number,
  draw: () => number,
): Segments {
  const directions = principalDirections(model, histories, users, draw);
  const perSource = projectSources(model, directions);
  const sketches = new Float32Array(users.length * D);
  users.forEach((user, at) => {
    sketch(
      perSource,
      histories,
      histories.starts[user]!,
      histories.starts[user + 1]!,
      sketches.subarray(at * D, at * D + D),
    );
  });
  const found = { model, histories, users, sketches, directions, minMembers };
  const groups = refined(
    found,
    inGroups(
      directions,
      kMeans(sketches, all(users.length), Math.max(1, Math.round(Math.sqrt(count))), draw).centres,
    ),
  );
  return refined(found, divided(groups, sketches, users.length, count, draw));
}

function all(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, at) => at);
}

/** Each vector is the only segment of a group of its own. */
function inGroups(directions: Float32Array, vectors: Float32Array): Segments {
  return { directions, vectors, groupStarts: all(vectors.length / D + 1), groupVectors: vectors };
}

type Found = {
  readonly model: ItemModel;
  readonly histories: Histories;
  readonly users: Uint32Array;
  readonly sketches: Float32Array;
  readonly directions: Float32Array;
  readonly minMembers: number;
};

function refined(found: Found, first: Segments): Segments {
  const { model, histories, users, sketches, minMembers } = found;
  let segments = first;
  const assigned = new Uint32Array(users.length);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let at = 0; at < users.length; at += 1) assigned[at] = segmentOf(segments, sketches, at * D);
    // The last round seeds no segment, since a new one finds its members only in the next round.
    if (round + 1 < ROUNDS) reseed(segments, sketches, assigned, minMembers);
    segments = withPages(segments, pagesOf(model, histories, users, assigned, segments));
  }
  return segments;
}

/** Segments by k-means within each group; the number of a group's segments is in proportion to its users. */
function divided(
  groups: Segments,
  sketches: Float32Array,
  users: number,
  count: number,
  draw: () => number,
): Segments {
  const members = Map.groupBy(all(users), (at) => segmentOf(groups, sketches, at * D));
  const sizes = apportion(
    Array.from({ length: groups.vectors.length / D }, (_, group) => members.get(group)?.length ?? 0),
    count,
  );
  const groupStarts = new Uint32Array(sizes.length + 1);
  sizes.forEach((size, group) => (groupStarts[group + 1] = groupStarts[group]! + size));
  const vectors = new Float32Array(groupStarts.at(-1)! * D);
  for (const [group, own] of members) {
    if (sizes[group]! > 0)
      vectors.set(
        kMeans(sketches, Uint32Array.from(own), sizes[group]!, draw).centres,
        groupStarts[group]! * D,
      );
  }
  return { ...groups, groupStarts, vectors, groupVectors: groupMeans(groupStarts, vectors) };
}

/**
 * Shares `seats` out in proportion to the votes (D'Hondt's method); no party gets more seats than it has
 * votes.
 */
function apportion(votes: readonly number[], seats: number): number[] {
  const given = votes.map(() => 0);
  for (let seat = 0; seat < seats; seat += 1) {
    let best = -1;
    votes.forEach((vote, at) => {
      if (given[at]! >= vote) return;
      if (best < 0 || vote / (given[at]! + 1) > votes[best]! / (given[best]! + 1)) best = at;
    });
    if (best >= 0) given[best]! += 1;
  }
  return given;
}

function groupMeans(groupStarts: Uint32Array, vectors: Float32Array): Float32Array {
  const means = new Float32Array((groupStarts.length - 1) * D);
  for (let group = 0; group + 1 < groupStarts.length; group += 1) {
    const size = groupStarts[group + 1]! - groupStarts[group]!;
    for (let k = groupStarts[group]!; k < groupStarts[group + 1]!; k += 1) {
      for (let d = 0; d < D; d += 1) means[group * D + d]! += vectors[k * D + d]! / size;
    }
  }
  return means;
}

/** Each segment's page in the coordinates of the sketches. A segment without members keeps its vector. */
function pagesOf(
  model: ItemModel,
  histories: Histories,
  users: Uint32Array,
  assigned: Uint32Array,
  { directions, vectors }: Segments,
): Float32Array {
  const pages = vectors.slice();
  const members = Map.groupBy(users.keys(), (at) => assigned[at]!);
  for (const [segment, own] of members) {
    const scores = new Float32Array(model.itemSeqs.length);
    addScores(
      model,
      sumOf(
        histories,
        own.map((at) => users[at]!),
        scores.length,
      ),
      1,
      scores,
    );
    const to = segment * D;
    pages.fill(0, to, to + D);
    topK(scores, PAGE_ITEMS).forEach((item, rank) => {
      const discount = 1 / Math.log2(rank + 2);
      for (let d = 0; d < D; d += 1) pages[to + d]! += discount * directions[item * D + d]!;
    });
  }
  return pages;
}

/**
 * A segment of too few users gets one member for now: a user whom a large segment of the same group serves
 * badly.
 */
function reseed(
  { groupStarts, vectors }: Segments,
  sketches: Float32Array,
  assigned: Uint32Array,
  minMembers: number,
): void {
  const sizes = new Uint32Array(vectors.length / D);
  for (const segment of assigned) sizes[segment]! += 1;
  const lengths = Float64Array.from(sizes, (_, k) => Math.sqrt(dotAt(vectors, k * D, vectors, k * D)));
  const fit = Float64Array.from(
    assigned,
    (segment, at) => dotAt(sketches, at * D, vectors, segment * D) / lengths[segment]!,
  );
  const worstFirst = Uint32Array.from(assigned.keys()).toSorted((a, b) => fit[a]! - fit[b]! || a - b);
  for (let group = 0; group + 1 < groupStarts.length; group += 1) {
    const from = groupStarts[group]!;
    const to = groupStarts[group + 1]!;
    const badly = worstFirst.values().filter((at) => {
      const segment = assigned[at]!;
      return segment >= from && segment < to && sizes[segment]! >= 2 * minMembers;
    });
    for (let segment = from; segment < to; segment += 1) {
      if (sizes[segment]! >= minMembers) continue;
      const { value: at } = badly.next();
      if (at === undefined) break;
      sizes[assigned[at]!]! -= 1;
      assigned[at] = segment;
    }
  }
}

function withPages(segments: Segments, vectors: Float32Array): Segments {
  return { ...segments, vectors, groupVectors: groupMeans(segments.groupStarts, vectors) };
}
