/** Many mean histories × the model at once: the scores of every cluster (docs/architecture.md#ranking). Pure. */
import type { ItemModel } from "./item-model.ts";
import { createKernel, LANES, type Kernel } from "./product-kernel.ts";

/** The model by target item (CSC): column c's weights stand at starts[c] … starts[c + 1]. On shared memory. */
export type ModelByTarget = {
  /** Another for every other model of the process. */
  readonly id: number;
  readonly starts: Uint32Array;
  readonly sources: Uint32Array;
  readonly weights: Float32Array;
};

/** Dense vectors one after the other, `stride` numbers each. */
export type Vectors = { readonly values: Float32Array; readonly stride: number };

/** Vectors that are multiplied together at most. */
export const PRODUCT_BLOCK = LANES;

let models = 0;

export function byTarget(model: ItemModel): ModelByTarget {
  const { rowStarts, columns } = model;
  const items = rowStarts.length - 1;
  const starts = new Uint32Array(new SharedArrayBuffer(4 * (items + 1)));
  for (const column of columns) starts[column + 1]! += 1;
  for (let item = 0; item < items; item += 1) starts[item + 1]! += starts[item]!;
  const sources = new Uint32Array(new SharedArrayBuffer(4 * columns.length));
  const weights = new Float32Array(new SharedArrayBuffer(4 * columns.length));
  const next = starts.slice();
  for (let source = 0; source < items; source += 1) {
    for (let at = rowStarts[source]!; at < rowStarts[source + 1]!; at += 1) {
      const to = next[columns[at]!]!++;
      sources[to] = source;
      weights[to] = model.weights[at]!;
    }
  }
  return { id: (models += 1), starts, sources, weights };
}

/**
 * `scores` of the vectors `from` to `to`, at most {@link PRODUCT_BLOCK} of them: means · B. The means stand interleaved, so
 * that one weight's index is loaded once for all of them and finds their values side by side. A mean may know fewer items
 * than the model.
 */
export function multiplyBlock(
  model: ModelByTarget,
  means: Vectors,
  scores: Vectors,
  from: number,
  to: number,
): void {
  const { kernel, items, addresses, interleaved, sums } = loaded(model);
  const known = Math.min(items, means.stride);
  interleaved.fill(0);
  for (let vector = from; vector < to; vector += 1) {
    const base = vector * means.stride;
    for (let row = 0; row < known; row += 1) {
      interleaved[row * LANES + vector - from] = means.values[base + row]!;
    }
  }
  const { starts, sources, weights } = addresses;
  kernel.multiply(items, starts, sources, weights, addresses.means, addresses.sums);
  for (let vector = from; vector < to; vector += 1) {
    const base = vector * scores.stride;
    for (let item = 0; item < items; item += 1)
      scores.values[base + item] = sums[item * LANES + vector - from]!;
  }
}

type Loaded = {
  readonly id: number;
  readonly kernel: Kernel;
  readonly items: number;
  readonly addresses: Readonly<Record<"starts" | "sources" | "weights" | "means" | "sums", number>>;
  /** In the kernel's memory. */
  readonly interleaved: Float32Array;
  readonly sums: Float32Array;
};

/** Each thread copies a model into its kernel's memory once. */
let newest: Loaded | undefined;

function loaded(model: ModelByTarget): Loaded {
  if (newest?.id === model.id) return newest;
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
    // To whole lines of the cache.
    end += Math.ceil(bytes[name] / 64) * 64;
  }
  const kernel = createKernel(end);
  const { buffer } = kernel.memory;
  new Uint32Array(buffer, addresses.starts, items + 1).set(model.starts.map((start) => 4 * start));
  new Uint32Array(buffer, addresses.sources, count).set(model.sources.map((source) => 4 * LANES * source));
  new Float32Array(buffer, addresses.weights, count).set(model.weights);
  newest = {
    id: model.id,
    kernel,
    items,
    addresses,
    interleaved: new Float32Array(buffer, addresses.means, LANES * items),
    sums: new Float32Array(buffer, addresses.sums, LANES * items),
  };
  return newest;
}
