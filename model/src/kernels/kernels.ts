/**
 * The innermost loops as WebAssembly with SIMD (model/kernels/): some ten times as fast as the same loops in
 * JavaScript, whose compiler has no vectors. They work on one memory, which threads may share.
 */
import { KERNELS_BASE64 } from "./kernels-wasm.ts";

/** The part of WebAssembly that is used here; the types that come with Node lack it. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number; shared: true }) => KernelMemory;
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { env: { memory: KernelMemory } },
  ) => { readonly exports: Kernels };
};

/** Passed to a thread, it is shared and not copied. */
export type KernelMemory = { readonly buffer: SharedArrayBuffer };

/** All parameters that name a place are byte addresses in the memory. */
export type Kernels = {
  /** See model/kernels/multiply.ts. */
  readonly multiply: (
    columns: number,
    starts: number,
    sources: number,
    weights: number,
    means: number,
    out: number,
  ) => void;
  /** See model/kernels/rank-titles.ts. */
  readonly addPackedRows: (
    scores: number,
    starts: number,
    entries: number,
    wholeRows: number,
    items: number,
    rows: number,
    values: number,
    count: number,
  ) => void;
  readonly addRowsU16: AddRows;
  readonly addRowsU32: AddRows;
  readonly clearScores: (scores: number, count: number) => void;
  readonly toWorth: (scores: number, factors: number, count: number) => void;
  readonly rowsFrom: (worth: number, count: number, threshold: number, out: number) => number;
  /** See model/kernels/solve-ridge.ts. */
  readonly solveRidge: (square: number, side: number, size: number, rowBytes: number) => void;
  readonly subtractProductsF32: SubtractProducts;
  readonly subtractProductsF64: SubtractProducts;
};

type AddRows = (
  scores: number,
  starts: number,
  columns: number,
  weights: number,
  wholeRows: number,
  items: number,
  rows: number,
  values: number,
  count: number,
) => void;

/** See model/kernels/subtract-products.ts. */
type SubtractProducts = (
  c: number,
  cRow: number,
  cVector: number,
  cTile: number,
  a: number,
  aTiles: number,
  b: number,
  bTiles: number,
  depth: number,
) => void;

const PAGE_BYTES = 65_536;

/** All that 32 bits address. */
export const MAX_MEMORY_BYTES = 2 ** 32;

/** Zeros. Throws RangeError beyond {@link MAX_MEMORY_BYTES}, or where the machine has not so much. */
export function kernelMemory(bytes: number): KernelMemory {
  if (bytes > MAX_MEMORY_BYTES) {
    throw new RangeError(
      `${Math.ceil(bytes / 1e6)} MB are more than the ${Math.floor(MAX_MEMORY_BYTES / 1e6)} MB that kernels can address`,
    );
  }
  const pages = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

let compiled: object | undefined;

export function kernelsOn(memory: KernelMemory): Kernels {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(KERNELS_BASE64), (char) => char.charCodeAt(0)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports;
}
