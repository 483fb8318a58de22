/**
 * The inverse of a large symmetric positive definite matrix, in place, by the blocked sweep operator (Beaton
 * 1964; Goodnight, The American Statistician 1979). Each step takes a block of pivot columns and does the
 * same work all over the triangle, n²/2 · block multiply-adds, and so is easy to share among threads. Pure:
 * the caller runs the steps, on as many threads as it has (ease.ts).
 */

/** Columns that one step takes together: a tile of the panel then stays in the first-level cache. */
export const BLOCK = 64;

/** The innermost loop takes so many rows together: their 16 sums fit the registers. */
const TILE = 4;

/** The rows and columns from `size` to `stride` hold the identity, so that no loop has a remainder. */
export type InverseMatrix = {
  readonly size: number;
  /** A multiple of {@link BLOCK}. */
  readonly stride: number;
  /** stride × stride, row by row; only the lower triangle counts. */
  readonly values: Float64Array;
};

/** What all rows need of a step's pivot block, prepared once for the step. */
export type PivotStep = {
  readonly matrix: InverseMatrix;
  readonly pivot: number;
  /** stride × BLOCK: the pivot's columns for all rows, with zeros in the pivot's own rows. */
  readonly panel: Float64Array;
  /** The pivot block's inverse. */
  readonly inverse: Float64Array;
};

export function strideOf(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/**
 * Gathers the pivot's columns into `panel` and inverts the pivot block. A panel holds one tile of four rows
 * after the other, each column by column, so that the innermost loop reads one number after the other. Throws
 * RangeError where the matrix is not positive definite.
 */
export function prepareStep(matrix: InverseMatrix, pivot: number, panel: Float64Array): PivotStep {
  const { stride, values } = matrix;
  for (let row = 0; row < stride; row += 1) {
    const to = (row - (row % TILE)) * BLOCK + (row % TILE);
    const own = row >= pivot && row < pivot + BLOCK;
    const from = row > pivot ? row * stride + pivot : pivot * stride + row;
    const step = row > pivot ? 1 : stride;
    for (let p = 0; p < BLOCK; p += 1) panel[to + p * TILE] = own ? 0 : values[from + p * step]!;
  }
  return { matrix, pivot, panel, inverse: pivotInverse(matrix, pivot) };
}

/** Gauss–Jordan without row exchanges, which a positive definite block does not need. */
function pivotInverse({ stride, values }: InverseMatrix, pivot: number): Float64Array {
  const n = BLOCK;
  const block = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      block[i * n + j] = values[(pivot + Math.max(i, j)) * stride + pivot + Math.min(i, j)]!;
    }
  }
  for (let k = 0; k < n; k += 1) {
    const diagonal = block[k * n + k]!;
    if (!(diagonal > 0)) throw new RangeError(`the matrix is not positive definite at row ${pivot + k}`);
    const scale = 1 / diagonal;
    block[k * n + k] = 1;
    for (let j = 0; j < n; j += 1) block[k * n + j]! *= scale;
    for (let i = 0; i < n; i += 1) {
      if (i === k) continue;
      const factor = block[i * n + k]!;
      block[i * n + k] = 0;
      for (let j = 0; j < n; j += 1) block[i * n + j]! -= factor * block[k * n + j]!;
    }
  }
  return block;
}

/**
 * values[i, j] −= (panel · inverse)[i] · panel[j] for rows `from` … `to` (multiples of 4) and all j up to i.
 */
export function updateRows({ matrix, pivot, panel, inverse }: PivotStep, from: number, to: number): void {
  const { stride, values } = matrix;
  const scaled = new Float64Array(TILE * BLOCK);
  for (let row = from; row < to; row += TILE) {
    if (row >= pivot && row < pivot + BLOCK) continue;
    scaleTile(panel, row * BLOCK, inverse, scaled);
    // The last tile also writes above the diagonal, where nothing is ever read.
    for (let column = 0; column <= row; column += TILE) {
      updateTile(values, row * stride + column, stride, scaled, panel, column * BLOCK);
    }
    const first = row > pivot ? row * stride + pivot : pivot * stride + row;
    const [perRow, perColumn] = row > pivot ? [stride, 1] : [1, stride];
    for (let r = 0; r < TILE; r += 1) {
      for (let p = 0; p < BLOCK; p += 1) values[first + r * perRow + p * perColumn] = scaled[p * TILE + r]!;
    }
  }
}

/** One tile of the panel times the inverse, in the panel's order. */
function scaleTile(panel: Float64Array, at: number, inverse: Float64Array, scaled: Float64Array): void {
  scaled.fill(0);
  for (let q = 0; q < BLOCK; q += 1) {
    for (let p = 0; p < BLOCK; p += 1) {
      const factor = inverse[q * BLOCK + p]!;
      for (let r = 0; r < TILE; r += 1) scaled[p * TILE + r]! += factor * panel[at + q * TILE + r]!;
    }
  }
}

/** One 4 × 4 tile: sixteen dot products run at once, so that each loaded number serves four of them. */
// oxfmt-ignore
function updateTile(
  values: Float64Array, at: number, stride: number, a: Float64Array, b: Float64Array, bAt: number,
): void {
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0;
  let s30 = 0, s31 = 0, s32 = 0, s33 = 0;
  for (let p = 0; p < TILE * BLOCK; p += TILE) {
    const a0 = a[p]!, a1 = a[p + 1]!, a2 = a[p + 2]!, a3 = a[p + 3]!;
    const q = bAt + p;
    const b0 = b[q]!, b1 = b[q + 1]!, b2 = b[q + 2]!, b3 = b[q + 3]!;
    s00 += a0 * b0; s01 += a0 * b1; s02 += a0 * b2; s03 += a0 * b3;
    s10 += a1 * b0; s11 += a1 * b1; s12 += a1 * b2; s13 += a1 * b3;
    s20 += a2 * b0; s21 += a2 * b1; s22 += a2 * b2; s23 += a2 * b3;
    s30 += a3 * b0; s31 += a3 * b1; s32 += a3 * b2; s33 += a3 * b3;
  }
  let to = at;
  values[to]! -= s00; values[to + 1]! -= s01; values[to + 2]! -= s02; values[to + 3]! -= s03;
  to += stride;
  values[to]! -= s10; values[to + 1]! -= s11; values[to + 2]! -= s12; values[to + 3]! -= s13;
  to += stride;
  values[to]! -= s20; values[to + 1]! -= s21; values[to + 2]! -= s22; values[to + 3]! -= s23;
  to += stride;
  values[to]! -= s30; values[to + 1]! -= s31; values[to + 2]! -= s32; values[to + 3]! -= s33;
}

/** Ends a step, after all its rows are updated: the pivot's own block becomes −inverse. */
export function finishStep({ matrix, pivot, inverse }: PivotStep): void {
  const { stride, values } = matrix;
  for (let i = 0; i < BLOCK; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      values[(pivot + i) * stride + pivot + j] = -inverse[i * BLOCK + j]!;
    }
  }
}
