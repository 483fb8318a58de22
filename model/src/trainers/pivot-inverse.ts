/** The inverse of a pivot block, which a step of an inversion begins with. Pure. */
import { numbersAt, type InverseMatrix } from "./inverse-matrix.ts";

/**
 * Row by row, by Cholesky: Gauss–Jordan would lose digits with the square of the condition number. Throws
 * RangeError where the matrix is not positive definite.
 */
export function pivotInverse(matrix: InverseMatrix, pivot: number): Float64Array {
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
