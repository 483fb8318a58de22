/**
 * The tables of the segmenter in the memory of the kernel that multiplies with them, and room for a batch of
 * users. Pure.
 */
import { kernelMemory, kernelsOn, type KernelMemory } from "../kernels/kernels.ts";
import { LANES, type Kernel } from "../scoring/product-kernel.ts";
import { TASTE_DIMENSIONS } from "./taste-basis.ts";
import type { Segments } from "./taste-segments.ts";

export type SegmentTables = Pick<Segments, "groupStarts" | "vectors" | "groupVectors"> & {
  /** B · P: items × {@link TASTE_DIMENSIONS}. */
  readonly perSource: Float32Array;
};

const D = TASTE_DIMENSIONS;
/** Users to a batch. */
export const USERS = 1024;
/** Entries that a batch has room for, at least: of the average user. */
export const ENTRIES_PER_USER = 64;
export const F32 = 4;
export const LINE = F32 * LANES;
export const PARTS = D / LANES;

/**
 * The tables in a kernel's memory, and room for one batch of users. Made once, it is handed to a thread
 * without being copied.
 */
export type SearchTables = {
  readonly memory: KernelMemory;
  readonly groupStarts: Uint32Array;
  readonly groups: number;
  readonly items: number;
  readonly groupBlocks: number;
  /**
   * Group g's blocks of segments begin at blockStarts[g]; before them stand the blocks of the groups' own
   * vectors.
   */
  readonly blockStarts: readonly number[];
  /** Entries, and users, that a batch has room for. */
  readonly capacity: number;
  readonly users: number;
  /** In bytes. */
  readonly addresses: Addresses;
  readonly lengths: Addresses;
};

export type SegmentSearch = SearchTables & {
  readonly kernel: Kernel;
  /** Histories of the batch as sparse rows, for the kernel: byte offsets, byte offsets, and weights. */
  readonly starts: Uint32Array;
  readonly sources: Uint32Array;
  readonly weights: Float32Array;
  readonly sketches: Float32Array;
  /** Sketches of those users of the batch who look at one group. */
  readonly gathered: Float32Array;
  readonly products: Float32Array;
  readonly groupProducts: Float64Array;
  /** The largest product so far, by user of the batch. */
  readonly best: Float64Array;
};

type Addresses = Readonly<
  Record<
    | "sourceTable"
    | "blockTable"
    | "starts"
    | "sources"
    | "weights"
    | "denseStarts"
    | "denseSources"
    | "sketches"
    | "gathered"
    | "products",
    number
  >
>;

/** `capacity`: entries that a batch has room for. */
export function createSearch(tables: SegmentTables, capacity: number): SegmentSearch {
  return openSearch(searchTables(tables, capacity, USERS));
}

export function searchTables(
  { groupStarts, vectors, groupVectors, perSource }: SegmentTables,
  capacity: number,
  users: number,
): SearchTables {
  const groups = groupStarts.length - 1;
  const items = perSource.length / D;
  const groupBlocks = Math.ceil(groups / LANES);
  const blockStarts = [groupBlocks];
  for (let group = 0; group < groups; group += 1) {
    const size = groupStarts[group + 1]! - groupStarts[group]!;
    blockStarts.push(blockStarts[group]! + Math.ceil(size / LANES));
  }
  const lengths = {
    sourceTable: items * D,
    blockTable: D * LANES * blockStarts[groups]!,
    starts: users + 1,
    sources: capacity,
    weights: capacity,
    denseStarts: users + 1,
    denseSources: users * D,
    sketches: users * D,
    gathered: users * D,
    products: LANES * users * Math.max(PARTS, groupBlocks),
  };
  const { addresses, bytes } = placeArrays(lengths);
  const memory = kernelMemory(bytes);
  const tables = { memory, addresses, lengths };
  interleave(perSource, items, floatsOf(tables, "sourceTable"));
  const blocks = floatsOf(tables, "blockTable");
  fillBlocks(groupVectors, 0, groups, blocks, 0);
  for (let group = 0; group < groups; group += 1) {
    fillBlocks(vectors, groupStarts[group]!, groupStarts[group + 1]!, blocks, blockStarts[group]!);
  }
  numbersOf(tables, "denseStarts").forEach((_, user, all) => (all[user] = F32 * D * user));
  numbersOf(tables, "denseSources").forEach((_, at, all) => (all[at] = LINE * (at % D)));
  return { ...tables, groupStarts, groups, items, groupBlocks, blockStarts, capacity, users };
}

/** Whoever searches is alone in the tables' room for a batch. */
export function openSearch(tables: SearchTables): SegmentSearch {
  const { memory, groups, users } = tables;
  return {
    ...tables,
    kernel: { memory, multiply: kernelsOn(memory).multiply },
    starts: numbersOf(tables, "starts"),
    sources: numbersOf(tables, "sources"),
    weights: floatsOf(tables, "weights"),
    sketches: floatsOf(tables, "sketches"),
    gathered: floatsOf(tables, "gathered"),
    products: floatsOf(tables, "products"),
    groupProducts: new Float64Array(groups),
    best: new Float64Array(users),
  };
}

type Places = Pick<SearchTables, "memory" | "addresses" | "lengths">;

function floatsOf({ memory, addresses, lengths }: Places, name: keyof Addresses): Float32Array {
  return new Float32Array(memory.buffer, addresses[name], lengths[name]);
}

function numbersOf({ memory, addresses, lengths }: Places, name: keyof Addresses): Uint32Array {
  return new Uint32Array(memory.buffer, addresses[name], lengths[name]);
}

/** One array of four-byte numbers after the other, each from a whole line of the cache on. */
function placeArrays(lengths: Readonly<Record<keyof Addresses, number>>): {
  addresses: Addresses;
  bytes: number;
} {
  const addresses: Record<string, number> = {};
  let bytes = 0;
  for (const [name, length] of Object.entries(lengths)) {
    addresses[name] = bytes;
    bytes += Math.ceil((F32 * length) / LINE) * LINE;
  }
  return { addresses: addresses as Addresses, bytes };
}

/** A table of rows of D numbers → D ÷ LANES tables of rows of {@link LANES} numbers. */
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
