/**
 * Many mean histories × the model at once: the scores of every cluster (docs/architecture.md#ranking). Pure.
 */
import type { ItemModel } from "./item-model.ts";
import { createKernel, LANES, type Kernel } from "./product-kernel.ts";
import { sharedArray } from "../workers/shared-memory.ts";

/**
 * The model by target item, in compressed columns: column c's weights stand at starts[c] … starts[c + 1]. On
 * shared memory.
 */
export type ModelByTarget = {
  /**
   * Another one for every other model of the process, so that a thread knows whether it has loaded this one.
   */
  readonly id: string;
  readonly starts: Uint32Array;
  readonly sources: Uint32Array;
  readonly weights: Float32Array;
};

/** Dense vectors one after the other, `stride` numbers each. */
export type Vectors = { readonly values: Float32Array; readonly stride: number };

/** At most so many vectors are multiplied together. */
export const PRODUCT_BLOCK = LANES;

export function byTarget(model: ItemModel, id: string): ModelByTarget {
  const { rowStarts, columns } = model;
  const items = rowStarts.length - 1;
  const starts = sharedArray(Uint32Array, items + 1);
  for (const column of columns) starts[column + 1]! += 1;
  for (let item = 0; item < items; item += 1) starts[item + 1]! += starts[item]!;
  const sources = sharedArray(Uint32Array, columns.length);
  const weights = sharedArray(Float32Array, columns.length);
  const next = starts.slice();
  for (let source = 0; source < items; source += 1) {
    for (let at = rowStarts[source]!; at < rowStarts[source + 1]!; at += 1) {
      const to = next[columns[at]!]!++;
      sources[to] = source;
      weights[to] = model.weights[at]!;
    }
  }
  return { id, starts, sources, weights };
}

/** A model in the memory of the kernel that multiplies with it. Of one thread. */
export type LoadedModel = {
  readonly id: string;
  readonly kernel: Kernel;
  readonly items: number;
  readonly addresses: Readonly<Record<"starts" | "sources" | "weights" | "means" | "sums", number>>;
  /** An array in the kernel's memory. */
  readonly interleaved: Float32Array;
  readonly sums: Float32Array;
};

/** Copies the model into a kernel's memory. */
export function loadModel(model: ModelByTarget): LoadedModel {
  const items = model.starts.length - 1;
  const count = model.weights.length;
  const bytes = {
    starts: 4 * (items + 1),
    sources: 4 * count,
    weights: 4 * count,
    means: 4 * LANES * items,
    sums: 4 * LANES * items,
  };
  const addresses = { starts: 0, sources: 0, weights: 0, means: 0, sums: 0 };
  let end = 0;
  for (const name of ["starts", "sources", "weights", "means", "sums"] as const) {
    addresses[name] = end;
    // Each array begins on a line of the cache.
    end += Math.ceil(bytes[name] / 64) * 64;
  }
  const kernel = createKernel(end);
  const { buffer } = kernel.memory;
  new Uint32Array(buffer, addresses.starts, items + 1).set(model.starts.map((start) => 4 * start));
  new Uint32Array(buffer, addresses.sources, count).set(model.sources.map((source) => 4 * LANES * source));
  new Float32Array(buffer, addresses.weights, count).set(model.weights);
  return {
    id: model.id,
    kernel,
    items,
    addresses,
    interleaved: new Float32Array(buffer, addresses.means, LANES * items),
    sums: new Float32Array(buffer, addresses.sums, LANES * items),
  };
}

/**
 * Writes the `scores` of these vectors, at most {@link PRODUCT_BLOCK} of them: means · B. The means stand interleaved, so that one weight's index is loaded once for all of them and finds their values
 * side by side. A mean may know fewer items than the model.
 */
export function multiplyBlock(
  { kernel, items, addresses, interleaved, sums }: LoadedModel,
  means: Vectors,
  scores: Vectors,
  vectors: readonly number[],
): void {
  const known = Math.min(items, means.stride);
  interleaved.fill(0);
  vectors.forEach((vector, lane) => {
    const base = vector * means.stride;
    for (let row = 0; row < known; row += 1) interleaved[row * LANES + lane] = means.values[base + row]!;
  });
  const { starts, sources, weights } = addresses;
  kernel.multiply(items, starts, sources, weights, addresses.means, addresses.sums);
  vectors.forEach((vector, lane) => {
    const base = vector * scores.stride;
    for (let item = 0; item < items; item += 1) scores.values[base + item] = sums[item * LANES + lane]!;
  });
}
