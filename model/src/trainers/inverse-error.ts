/** How far rounding has taken an inverse from the true one. Pure. */
import type { SparseRows } from "./gram.ts";
import { numbersAt, type InverseMatrix } from "./inverse-matrix.ts";

/**
 * The largest relative error of two columns p of P = (M Mᵀ + λI)⁻¹, the one of the row with the most entries
 * and the one in the middle, of which the matrix holds −P below the diagonal: ‖P r‖ ÷ ‖p‖ with
 * r = (M Mᵀ + λI) p − e, which is one step of iterative refinement.
 */
export function errorOf(
  matrix: InverseMatrix,
  rows: SparseRows,
  transposed: SparseRows,
  regularization: number,
): number {
  const { size } = matrix;
  if (size === 0) return 0;
  const lengthOf = (row: number): number => rows.starts[row + 1]! - rows.starts[row]!;
  let longest = 0;
  for (let row = 1; row < size; row += 1) if (lengthOf(row) > lengthOf(longest)) longest = row;
  const errors = [longest, Math.floor(size / 2)].map((row) => {
    const unit = new Float64Array(size);
    unit[row] = 1;
    const column = timesInverse(matrix, unit);
    const rest = timesGram(rows, transposed, column);
    for (let at = 0; at < size; at += 1) rest[at]! += regularization * column[at]! - unit[at]!;
    return lengthOfVector(timesInverse(matrix, rest)) / lengthOfVector(column);
  });
  return Math.max(...errors);
}

function timesInverse(matrix: InverseMatrix, x: Float64Array): Float64Array {
  const { size, width } = matrix;
  const values = numbersAt(matrix, "values");
  const product = new Float64Array(size);
  for (let row = 0; row < size; row += 1) {
    const from = row * width;
    const own = x[row]!;
    let sum = values[from + row]! * own;
    for (let column = 0; column < row; column += 1) {
      sum += values[from + column]! * x[column]!;
      product[column]! -= values[from + column]! * own;
    }
    product[row]! -= sum;
  }
  return product;
}

/** M · (Mᵀ · x). */
function timesGram(rows: SparseRows, transposed: SparseRows, x: Float64Array): Float64Array {
  return timesSparse(rows, timesSparse(transposed, x));
}

function timesSparse({ starts, columns }: SparseRows, x: Float64Array): Float64Array {
  return Float64Array.from({ length: starts.length - 1 }, (_, row) => {
    let sum = 0;
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) sum += x[columns[at]!]!;
    return sum;
  });
}

function lengthOfVector(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
