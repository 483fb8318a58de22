/**
 * The taste segments of many users at once: the search of taste-segments.ts, with the products of sixteen
 * segments at a time (scoring/product-kernel.ts), some five times as fast. Pure.
 */
import type { Histories } from "../profile/histories.ts";
import { LANES } from "../scoring/product-kernel.ts";
import type { Range } from "../workers/ranges.ts";
import {
  createSearch,
  ENTRIES_PER_USER,
  F32,
  LINE,
  PARTS,
  USERS,
  type SegmentSearch,
  type SegmentTables,
} from "./segment-search.ts";
import { TASTE_DIMENSIONS } from "./taste-basis.ts";
import { probeGroups } from "./taste-segments.ts";

export type Segmenter = {
  /**
   * Writes 1 + the segment of each of `users` to `codes`, in their order from `at` on; 0 for a user whose
   * history has no item that the model knows.
   */
  readonly write: (histories: Histories, users: Uint32Array, codes: Uint32Array, at: number) => void;
};

const D = TASTE_DIMENSIONS;

/** `maxEntries`: of the longest history. */
export function createSegmenter(tables: SegmentTables, maxEntries: number): Segmenter {
  const search = createSearch(tables, Math.max(USERS * ENTRIES_PER_USER, maxEntries));
  return {
    write: (histories, users, codes, at) => {
      for (let from = 0; from < users.length;) {
        const to = endOfBatch(histories, users, from, search.capacity);
        writeBatch(search, histories, users.subarray(from, to), codes, at + from);
        from = to;
      }
    },
  };
}

/** The batch that begins at `from`: at most {@link USERS} users with at most `capacity` entries. */
function endOfBatch({ starts }: Histories, users: Uint32Array, from: number, capacity: number): number {
  let entries = 0;
  let to = from;
  while (to < users.length && to - from < USERS) {
    entries += starts[users[to]! + 1]! - starts[users[to]!]!;
    if (entries > capacity) break;
    to += 1;
  }
  return to;
}

function writeBatch(
  search: SegmentSearch,
  histories: Histories,
  users: Uint32Array,
  codes: Uint32Array,
  first: number,
): void {
  writeSketches(search, histories, users);
  search.best.fill(-Infinity);
  usersByGroup(search, users.length).forEach((own, group) => searchGroup(search, group, own, codes, first));
  const { sketches } = search;
  users.forEach((_, at) => {
    let hasSketch = false;
    for (let d = at * D; d < at * D + D && !hasSketch; d += 1) hasSketch = sketches[d] !== 0;
    if (!hasSketch) codes[first + at] = 0;
  });
}

/**
 * The users' sketches, one after the other. They are not scaled to length 1, since that changes no comparison
 * of products.
 */
function writeSketches(search: SegmentSearch, histories: Histories, users: Uint32Array): void {
  const { kernel, addresses, items, starts, sources, weights, sketches, products } = search;
  let size = 0;
  users.forEach((user, at) => {
    starts[at] = F32 * size;
    for (let entry = histories.starts[user]!; entry < histories.starts[user + 1]!; entry += 1) {
      sources[size] = LINE * histories.rows[entry]!;
      weights[size] = histories.values[entry]!;
      size += 1;
    }
  });
  starts[users.length] = F32 * size;
  for (let part = 0; part < PARTS; part += 1) {
    const table = addresses.sourceTable + part * items * LINE;
    kernel.multiply(
      users.length,
      addresses.starts,
      addresses.sources,
      addresses.weights,
      table,
      addresses.products,
    );
    for (let at = 0; at < users.length; at += 1) {
      for (let lane = 0; lane < LANES; lane += 1)
        sketches[at * D + part * LANES + lane] = products[at * LANES + lane]!;
    }
  }
}

/** The users of the batch who look at a group's segments, for each group. */
function usersByGroup(search: SegmentSearch, count: number): number[][] {
  const { groups, groupBlocks, groupStarts, groupProducts, products, addresses } = search;
  for (let block = 0; block < groupBlocks; block += 1) {
    multiplyDense(search, count, addresses.sketches, block, addresses.products + block * search.users * LINE);
  }
  const lists: number[][] = Array.from({ length: groups }, () => []);
  for (let at = 0; at < count; at += 1) {
    for (let group = 0; group < groups; group += 1) {
      const block = Math.floor(group / LANES);
      groupProducts[group] = products[(block * search.users + at) * LANES + (group % LANES)]!;
    }
    for (const group of probeGroups(groupStarts, groupProducts)) lists[group]!.push(at);
  }
  return lists;
}

/** Writes the best segment of the group to the users of the batch for whom it is the best so far. */
function searchGroup(
  search: SegmentSearch,
  group: number,
  users: readonly number[],
  codes: Uint32Array,
  first: number,
): void {
  const { addresses, blockStarts, groupStarts, sketches, gathered, products, best } = search;
  users.forEach((at, position) => gathered.set(sketches.subarray(at * D, at * D + D), position * D));
  const size = groupStarts[group + 1]! - groupStarts[group]!;
  for (let block = 0; block * LANES < size; block += 1) {
    multiplyDense(search, users.length, addresses.gathered, blockStarts[group]! + block, addresses.products);
    const lanes = Math.min(LANES, size - block * LANES);
    users.forEach((at, position) => {
      for (let lane = 0; lane < lanes; lane += 1) {
        const product = products[position * LANES + lane]!;
        if (product <= best[at]!) continue;
        best[at] = product;
        codes[first + at] = 1 + groupStarts[group]! + block * LANES + lane;
      }
    });
  }
}

/** The products of `count` sketches that stand at address `sketches` with the vectors of one block. */
export function multiplyDense(
  { kernel, addresses }: SegmentSearch,
  count: number,
  sketches: number,
  block: number,
  out: number,
): void {
  const { denseStarts, denseSources, blockTable } = addresses;
  kernel.multiply(count, denseStarts, denseSources, sketches, blockTable + block * D * LINE, out);
}

/** The longest history, in entries. */
export function longestHistory({ starts }: Histories): number {
  let longest = 0;
  for (let user = 0; user + 1 < starts.length; user += 1)
    longest = Math.max(longest, starts[user + 1]! - starts[user]!);
  return longest;
}

/** The part of the affinities that threads share: the segments of those who stand at `from` … `to`. */
export function writeSegments({
  tables,
  histories,
  users,
  from,
  to,
  codes,
}: Range & {
  readonly tables: SegmentTables;
  readonly histories: Histories;
  /** By default everybody. */
  readonly users?: Uint32Array | undefined;
  /** By place; written: 1 + the segment, or 0 for a user whose history has no item that the model knows. */
  readonly codes: Uint32Array;
}): void {
  const own = users?.subarray(from, to) ?? Uint32Array.from({ length: to - from }, (_, at) => from + at);
  createSegmenter(tables, longestHistory(histories)).write(histories, own, codes, from);
}
