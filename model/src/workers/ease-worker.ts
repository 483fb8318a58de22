/** The parts of EASE that threads share: rows of the Gram matrix, rows of a sweep step, columns of the result. */
import { addCoOccurrences, type Players, type Plays } from "../trainers/gram.ts";
import type { ModelColumn } from "../scoring/item-model.ts";
import { strongest } from "../scoring/strongest.ts";
import { sweepRows, type SweepMatrix, type SweepStep } from "../trainers/block-inverse.ts";

export type RowRange = { readonly from: number; readonly to: number };

export type GramInput = { readonly plays: Plays; readonly players: Players; readonly matrix: SweepMatrix };

export function gramRows({ plays, players, matrix, from, to }: RowRange & GramInput): void {
  const { stride, values } = matrix;
  for (let target = from; target < to; target += 1) {
    addCoOccurrences(plays, players, target, values.subarray(target * stride, (target + 1) * stride));
  }
}

export function sweepStepRows({ step, from, to }: RowRange & { step: SweepStep }): void {
  sweepRows(step, from, to);
}

/** Columns `from` … `to` of B = I − P · diag(1 ÷ P_jj), of which the matrix holds −P in its lower triangle. */
export function easeColumns({
  matrix,
  perColumn,
  from,
  to,
}: RowRange & { matrix: SweepMatrix; perColumn: number }): ModelColumn[] {
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
