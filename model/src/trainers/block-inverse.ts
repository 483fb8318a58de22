/**
 * The inverse of a large symmetric positive definite matrix, in place, by the blocked sweep operator (Beaton
 * 1964; Goodnight, The American Statistician 1979). Each step takes a block of pivot columns and does the
 * same work all over the triangle, n²/2 · depth multiply-adds, and so is easy to share among threads. Pure:
 * the caller runs the steps, on as many threads as it has (ease/invert.ts).
 */
import { kernelsOn } from "../kernels/kernels.ts";
import { bytesOf, numbersAt, ROWS, type InverseMatrix } from "./inverse-matrix.ts";

/** Rows of A to a tile: model/kernels/subtract-products.ts. */
const TILE = 4;
/** Bytes of a tile of B, and of one vector. */
const TILE_BYTES = 32;
const VECTOR_BYTES = 16;

/** One step, as a thread is told it. `thread`: its number, 0 … threads − 1. */
export type StepInput = { readonly matrix: InverseMatrix; readonly pivot: number; readonly thread: number };

/**
 * Gathers the pivot's columns into the panel and inverts the pivot block, which is given back row by row. A
 * panel holds one tile of rows after the other, each column by column, so that the kernel reads one number
 * after the other. Throws RangeError where the matrix is not positive definite.
 */
export function prepareStep(matrix: InverseMatrix, pivot: number): Float64Array {
  gatherPanel(matrix, pivot);
  const { depth } = matrix;
  const inverse = pivotInverse(matrix, pivot);
  // Negated, since the kernel subtracts: what it makes of zeros is the panel times the inverse.
  const negated = numbersAt(matrix, "pivot");
  for (let q = 0; q < depth; q += 1) {
    const to = (q - (q % TILE)) * depth + (q % TILE);
    for (let p = 0; p < depth; p += 1) negated[to + p * TILE] = -inverse[q * depth + p]!;
  }
  Atomics.store(numbersAt(matrix, "claimed"), 0, 0);
  return inverse;
}

function gatherPanel(matrix: InverseMatrix, pivot: number): void {
  const { stride, width, depth } = matrix;
  const values = numbersAt(matrix, "values");
  const panel = numbersAt(matrix, "panel");
  const tile = TILE_BYTES / values.BYTES_PER_ELEMENT;
  for (let row = 0; row < stride; row += tile) {
    const to = row * depth;
    if (row >= pivot && row < pivot + depth) {
      panel.fill(0, to, to + tile * depth);
    } else if (row > pivot) {
      for (let r = 0; r < tile; r += 1) {
        const from = (row + r) * width + pivot;
        for (let p = 0; p < depth; p += 1) panel[to + p * tile + r] = values[from + p]!;
      }
    } else {
      for (let p = 0; p < depth; p += 1) {
        const from = (pivot + p) * width + row;
        for (let r = 0; r < tile; r += 1) panel[to + p * tile + r] = values[from + r]!;
      }
    }
  }
}

/** Row by row, by Cholesky: Gauss–Jordan would lose digits with the square of the condition number. */
function pivotInverse(matrix: InverseMatrix, pivot: number): Float64Array {
  const { width, depth: n } = matrix;
  const values = numbersAt(matrix, "values");
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    const row = (pivot + i) * width + pivot;
    for (let j = 0; j <= i; j += 1) {
      let sum = values[row + j]!;
      for (let k = 0; k < j; k += 1) sum -= factor[i * n + k]! * factor[j * n + k]!;
      if (j < i) factor[i * n + j] = sum / factor[j * n + j]!;
      else if (sum > 0) factor[i * n + i] = Math.sqrt(sum);
      else throw new RangeError(`the matrix is not positive definite at row ${pivot + i}`);
    }
  }
  return timesTransposed(transposedInverse(factor, n), n);
}

/** Of a lower triangle; row c of the result is column c of the inverse. */
function transposedInverse(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let column = 0; column < n; column += 1) {
    const own = column * n;
    inverse[own + column] = 1 / factor[own + column]!;
    for (let i = column + 1; i < n; i += 1) {
      let sum = 0;
      for (let k = column; k < i; k += 1) sum -= factor[i * n + k]! * inverse[own + k]!;
      inverse[own + i] = sum / factor[i * n + i]!;
    }
  }
  return inverse;
}

/** U · Uᵀ of an upper triangle U, whole. */
function timesTransposed(upper: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = 0;
      for (let k = i; k < n; k += 1) sum += upper[i * n + k]! * upper[j * n + k]!;
      product[i * n + j] = sum;
      product[j * n + i] = sum;
    }
  }
  return product;
}

/**
 * values[i, j] −= (panel · inverse)[i] · panel[j] for all j up to i, one block of rows after the other. Each
 * thread takes the largest block that no other has taken, so that none waits for a slower one.
 */
export function updateBlocks({ matrix, pivot, thread }: StepInput): void {
  const { stride, depth } = matrix;
  const claimed = numbersAt(matrix, "claimed");
  const kernels = kernelsOn(matrix.memory);
  const subtractProducts =
    matrix.precision === "f32" ? kernels.subtractProductsF32 : kernels.subtractProductsF64;
  const element = matrix.precision === "f32" ? 4 : 8;
  const [values, panel, negated] = (["values", "panel", "pivot"] as const).map((name) =>
    bytesOf(matrix, name),
  ) as [number, number, number];
  const scaled = bytesOf(matrix, "scaled") + thread * ROWS * depth * element;
  const tiles = (rows: number): number => (rows * element) / TILE_BYTES;
  const tileBytes = TILE_BYTES * depth;
  const rowBytes = matrix.width * element;
  for (;;) {
    const row = stride - ROWS * (1 + Atomics.add(claimed, 0, 1));
    if (row < 0) return;
    if (row >= pivot && row < pivot + depth) continue;
    const own = panel + tiles(row) * tileBytes;
    const product = numbersAt(matrix, "scaled", thread);
    product.fill(0);
    // The product is written as a panel of rows of A: each vector of rows is one vector of a tile.
    const vectorsOfTile = (TILE * element) / VECTOR_BYTES;
    const toNextVector = vectorsOfTile === 1 ? VECTOR_BYTES * depth : VECTOR_BYTES;
    subtractProducts(
      scaled,
      TILE * element,
      toNextVector,
      tileBytes,
      negated,
      depth / TILE,
      own,
      tiles(ROWS),
      depth,
    );
    subtractProducts(
      values + row * rowBytes,
      rowBytes,
      VECTOR_BYTES,
      TILE_BYTES,
      scaled,
      ROWS / TILE,
      panel,
      tiles(row + ROWS),
      depth,
    );
    putColumns(matrix, pivot, row, product);
  }
}

/** The pivot's columns of a block of rows become the panel times the inverse. */
function putColumns(matrix: InverseMatrix, pivot: number, row: number, product: Float32Array | Float64Array) {
  const { width, depth } = matrix;
  const values = numbersAt(matrix, "values");
  if (row > pivot) {
    for (let r = 0; r < ROWS; r += 1) {
      const to = (row + r) * width + pivot;
      const from = (r - (r % TILE)) * depth + (r % TILE);
      for (let p = 0; p < depth; p += 1) values[to + p] = product[from + p * TILE]!;
    }
    return;
  }
  for (let p = 0; p < depth; p += 1) {
    const to = (pivot + p) * width + row;
    for (let r = 0; r < ROWS; r += 1) {
      values[to + r] = product[(r - (r % TILE)) * depth + p * TILE + (r % TILE)]!;
    }
  }
}

/** Ends a step, after all blocks are updated: the pivot's own block becomes −inverse. */
export function finishStep(matrix: InverseMatrix, pivot: number, inverse: Float64Array): void {
  const { width, depth } = matrix;
  const values = numbersAt(matrix, "values");
  for (let i = 0; i < depth; i += 1) {
    for (let j = 0; j <= i; j += 1) values[(pivot + i) * width + pivot + j] = -inverse[i * depth + j]!;
  }
}
