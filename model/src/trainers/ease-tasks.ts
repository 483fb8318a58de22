/**
 * The parts of EASE that threads share: rows of the Gram matrix, rows of a step of its inversion, columns of
 * the result. Pure.
 */
import type { ModelColumn } from "../scoring/item-model.ts";
import { strongest } from "../scoring/strongest-weights.ts";
import type { Range } from "../workers/ranges.ts";
import { updateRows, type InverseMatrix, type PivotStep } from "./block-inverse.ts";
import { addCoOccurrences, type Players, type Plays } from "./gram.ts";

/** XᵀX, `stride` numbers a row. */
export type Gram = { readonly stride: number; readonly values: Float32Array | Float64Array };

export type GramInput = { readonly plays: Plays; readonly players: Players; readonly matrix: Gram };

/** Adds rows `from` … `to` of XᵀX to the matrix. */
export function gramRows({ plays, players, matrix, from, to }: Range & GramInput): void {
  const { stride, values } = matrix;
  for (let target = from; target < to; target += 1) {
    addCoOccurrences(plays, players, target, values.subarray(target * stride, (target + 1) * stride));
  }
}

export function invertStepRows({ step, from, to }: Range & { step: PivotStep }): void {
  updateRows(step, from, to);
}

/**
 * Columns `from` … `to` of B = I − P · diag(1 ÷ P_jj), of which the matrix holds −P in its lower triangle.
 */
export function easeColumns({
  matrix,
  perColumn,
  from,
  to,
}: Range & { matrix: InverseMatrix; perColumn: number }): ModelColumn[] {
  const { size, stride, values } = matrix;
  const column = new Float32Array(size);
  return Array.from({ length: to - from }, (_, at) => {
    const target = from + at;
    const scale = -1 / values[target * stride + target]!;
    for (let source = 0; source < size; source += 1) {
      const value = source <= target ? values[target * stride + source]! : values[source * stride + target]!;
      column[source] = value * scale;
    }
    column[target] = 0;
    return strongest(column, perColumn);
  });
}
