/**
 * The taste segments of many users at once: the search of segments.ts, with the products of sixteen segments at a time
 * (scoring/product-kernel.ts), some five times as fast. Pure.
 */
import type { Histories } from "../trainers/histories.ts";
import { createKernel, LANES } from "../scoring/product-kernel.ts";
import { TASTE_DIMENSIONS } from "./basis.ts";
import { probeGroups, type Segments } from "./segments.ts";

export type SegmentTables = Pick<Segments, "groupStarts" | "vectors" | "groupVectors"> & {
  /** B · P: items × {@link TASTE_DIMENSIONS}. */
  readonly perSource: Float32Array;
};

export type Segmenter = {
  /** Writes 1 + the segment of each of `users` to `codes`, in their order from `at` on; 0 for one of whom nothing can be told. */
  readonly write: (histories: Histories, users: Uint32Array, codes: Uint32Array, at: number) => void;
};

const D = TASTE_DIMENSIONS;
const USERS = 1024;
const F32 = 4;
const LINE = F32 * LANES;
const PARTS = D / LANES;

export function createSegmenter(
  { groupStarts, vectors, groupVectors, perSource }: SegmentTables,
  maxEntries: number,
): Segmenter {
  const groups = groupStarts.length - 1;
  const items = perSource.length / D;
  const groupBlocks = Math.ceil(groups / LANES);
  const blocksOf = (group: number): number =>
    Math.ceil((groupStarts[group + 1]! - groupStarts[group]!) / LANES);
  const blockStarts = [groupBlocks];
  for (let group = 0; group < groups; group += 1) blockStarts.push(blockStarts[group]! + blocksOf(group));
  const capacity = Math.max(USERS * 64, maxEntries);

  let bytes = 0;
  const place = (size: number): number => {
    const at = bytes;
    bytes += Math.ceil(size / LINE) * LINE;
    return at;
  };
  const sourceTable = place(F32 * items * D);
  const blockTable = place(F32 * D * LANES * blockStarts[groups]!);
  const starts = place(F32 * (USERS + 1));
  const sources = place(F32 * capacity);
  const weights = place(F32 * capacity);
  const denseStarts = place(F32 * (USERS + 1));
  const denseSources = place(F32 * USERS * D);
  const sketches = place(F32 * USERS * D);
  const gathered = place(F32 * USERS * D);
  const out = place(LINE * USERS * Math.max(PARTS, groupBlocks));
  const kernel = createKernel(bytes);
  const floats = (at: number, length: number): Float32Array =>
    new Float32Array(kernel.memory.buffer, at, length);
  const numbers = (at: number, length: number): Uint32Array =>
    new Uint32Array(kernel.memory.buffer, at, length);

  interleave(perSource, items, floats(sourceTable, items * D));
  const blocks = floats(blockTable, D * LANES * blockStarts[groups]!);
  fillBlocks(groupVectors, 0, groups, blocks, 0);
  for (let group = 0; group < groups; group += 1) {
    fillBlocks(vectors, groupStarts[group]!, groupStarts[group + 1]!, blocks, blockStarts[group]!);
  }
  numbers(denseStarts, USERS + 1).forEach((_, user, all) => (all[user] = F32 * D * user));
  numbers(denseSources, USERS * D).forEach((_, at, all) => (all[at] = LINE * (at % D)));
  const sketch = floats(sketches, USERS * D);
  const own = floats(gathered, USERS * D);
  const products = floats(out, LANES * USERS * Math.max(PARTS, groupBlocks));
  const groupProducts = new Float64Array(groups);
  const best = new Float64Array(USERS);

  /** Sketches of the users, one after the other; they are not scaled, which no comparison of products minds. */
  const writeSketches = (histories: Histories, users: Uint32Array): void => {
    const into = {
      starts: numbers(starts, USERS + 1),
      sources: numbers(sources, capacity),
      weights: floats(weights, capacity),
    };
    let size = 0;
    users.forEach((user, at) => {
      into.starts[at] = F32 * size;
      for (let entry = histories.starts[user]!; entry < histories.starts[user + 1]!; entry += 1) {
        into.sources[size] = LINE * histories.rows[entry]!;
        into.weights[size] = histories.values[entry]!;
        size += 1;
      }
    });
    into.starts[users.length] = F32 * size;
    for (let part = 0; part < PARTS; part += 1) {
      kernel.multiply(users.length, starts, sources, weights, sourceTable + part * items * LINE, out);
      for (let at = 0; at < users.length; at += 1) {
        for (let lane = 0; lane < LANES; lane += 1)
          sketch[at * D + part * LANES + lane] = products[at * LANES + lane]!;
      }
    }
  };

  /** Which users look at which group: `probing[group]`. */
  const probing = (count: number): number[][] => {
    for (let block = 0; block < groupBlocks; block += 1) {
      const table = blockTable + block * D * LINE;
      kernel.multiply(count, denseStarts, denseSources, sketches, table, out + block * USERS * LINE);
    }
    const lists: number[][] = Array.from({ length: groups }, () => []);
    for (let at = 0; at < count; at += 1) {
      for (let group = 0; group < groups; group += 1) {
        const block = Math.floor(group / LANES);
        groupProducts[group] = products[(block * USERS + at) * LANES + (group % LANES)]!;
      }
      for (const group of probeGroups(groupStarts, groupProducts)) lists[group]!.push(at);
    }
    return lists;
  };

  const writeBatch = (histories: Histories, users: Uint32Array, codes: Uint32Array, first: number): void => {
    writeSketches(histories, users);
    best.fill(-Infinity);
    probing(users.length).forEach((list, group) => {
      list.forEach((at, position) => own.set(sketch.subarray(at * D, at * D + D), position * D));
      const size = groupStarts[group + 1]! - groupStarts[group]!;
      for (let block = 0; block * LANES < size; block += 1) {
        const table = blockTable + (blockStarts[group]! + block) * D * LINE;
        kernel.multiply(list.length, denseStarts, denseSources, gathered, table, out);
        const lanes = Math.min(LANES, size - block * LANES);
        list.forEach((at, position) => {
          for (let lane = 0; lane < lanes; lane += 1) {
            const product = products[position * LANES + lane]!;
            if (product <= best[at]!) continue;
            best[at] = product;
            codes[first + at] = 1 + groupStarts[group]! + block * LANES + lane;
          }
        });
      }
    });
    users.forEach((_, at) => {
      let told = false;
      for (let d = at * D; d < at * D + D && !told; d += 1) told = sketch[d] !== 0;
      if (!told) codes[first + at] = 0;
    });
  };

  return {
    write: (histories, users, codes, at) => {
      for (let from = 0; from < users.length;) {
        let entries = 0;
        let to = from;
        while (to < users.length && to - from < USERS) {
          const user = users[to]!;
          entries += histories.starts[user + 1]! - histories.starts[user]!;
          if (entries > capacity) break;
          to += 1;
        }
        writeBatch(histories, users.subarray(from, to), codes, at + from);
        from = to;
      }
    },
  };
}

/** Rows of D numbers → D ÷ LANES tables of rows of {@link LANES}. */
function interleave(rows: Float32Array, count: number, into: Float32Array): void {
  for (let part = 0; part < PARTS; part += 1) {
    for (let row = 0; row < count; row += 1) {
      for (let lane = 0; lane < LANES; lane += 1) {
        into[(part * count + row) * LANES + lane] = rows[row * D + part * LANES + lane]!;
      }
    }
  }
}

/** The vectors `from` … `to` side by side, {@link LANES} to a block. */
function fillBlocks(
  vectors: Float32Array,
  from: number,
  to: number,
  blocks: Float32Array,
  firstBlock: number,
): void {
  for (let k = from; k < to; k += 1) {
    const block = firstBlock + Math.floor((k - from) / LANES);
    for (let d = 0; d < D; d += 1)
      blocks[(block * D + d) * LANES + ((k - from) % LANES)] = vectors[k * D + d]!;
  }
}

/** The longest history, in entries. */
export function longestHistory({ starts }: Histories): number {
  let longest = 0;
  for (let user = 0; user + 1 < starts.length; user += 1)
    longest = Math.max(longest, starts[user + 1]! - starts[user]!);
  return longest;
}
