/**
 * The parts of EASE that threads share: rows of the Gram matrix, blocks of a step of its inversion, columns of
 * the result (ease-primal.ts). Pure.
 */
import { strongest } from "../scoring/strongest-weights.ts";
import type { ModelColumn } from "../scoring/item-model.ts";
import type { Range } from "../workers/ranges.ts";
import { addCoOccurrences, type SparseRows } from "./gram.ts";
import { numbersAt, ROWS, type InverseMatrix } from "./inverse-matrix.ts";

export type GramInput = Range & {
  readonly matrix: InverseMatrix;
  readonly rows: SparseRows;
  readonly transposed: SparseRows;
};

/** Adds rows `from` … `to` of the product of the sparse matrix with its transpose, up to the diagonal. */
export function gramRows({ matrix, rows, transposed, from, to }: GramInput): void {
  const values = numbersAt(matrix, "values");
  for (let row = from; row < to; row += 1) {
    const own = values.subarray(row * matrix.width, row * matrix.width + row + 1);
    addCoOccurrences(rows, transposed, row, row, own);
  }
}

/** Copies what stands below the diagonal in the columns `from` … `to` above it, where no kernel writes. */
export function mirrorColumns({ matrix, from, to }: Range & { matrix: InverseMatrix }): void {
  const { size, width } = matrix;
  const values = numbersAt(matrix, "values");
  // Square by square, so that both sides stay in the cache.
  for (let column = from; column < to; column += ROWS) {
    const end = Math.min(to, column + ROWS);
    for (let first = column; first < size; first += ROWS) {
      const last = Math.min(size, first + ROWS);
      for (let above = column; above < end; above += 1) {
        const at = above * width + ROWS;
        for (let row = Math.max(first, above + 1); row < last; row += 1) {
          values[at + row] = values[row * width + above]!;
        }
      }
    }
  }
}

/** Columns that are gathered together, since they share lines of the cache. */
const TOGETHER = 16;

export type ColumnsInput = Range & { readonly matrix: InverseMatrix; readonly perColumn: number };

/** Columns `from` … `to` of B = I − P · diag(1 ÷ P_jj), of which the matrix holds −P below the diagonal. */
export function easeColumns({ matrix, perColumn, from, to }: ColumnsInput): ModelColumn[] {
  const { size } = matrix;
  const gathered = Array.from({ length: TOGETHER }, () => new Float32Array(size));
  const columns: ModelColumn[] = [];
  for (let first = from; first < to; first += TOGETHER) {
    const count = Math.min(TOGETHER, to - first);
    gather(matrix, first, count, gathered);
    for (let at = 0; at < count; at += 1) columns.push(strongest(gathered[at]!, perColumn));
  }
  return columns;
}

function gather(matrix: InverseMatrix, first: number, count: number, into: readonly Float32Array[]): void {
  const { size, width } = matrix;
  const values = numbersAt(matrix, "values");
  const scales = Array.from({ length: count }, (_, at) => -1 / values[(first + at) * (width + 1)]!);
  for (let at = 0; at < count; at += 1) {
    const own = into[at]!;
    const row = (first + at) * width;
    for (let source = 0; source < first + at; source += 1) own[source] = values[row + source]! * scales[at]!;
    own[first + at] = 0;
  }
  for (let source = first; source < size; source += 1) {
    const row = source * width + first;
    const below = Math.min(count, source - first);
    for (let at = 0; at < below; at += 1) into[at]![source] = values[row + at]! * scales[at]!;
  }
}
