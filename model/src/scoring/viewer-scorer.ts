/**
 * One viewer's scores by the kernels: to the last bit those of individual-scores.ts, in half the time. It
 * works in the model's own memory, on one viewer at a time.
 */
import { kernelsOn } from "../kernels/kernels.ts";
import type { SparseVector } from "../profile/history-vector.ts";
import { ownShare } from "./individual-scores.ts";
import { HISTORY_ROWS, type RankingModel } from "./ranking-model.ts";

export type ScoredViewer = {
  /** The history's vector. */
  readonly x: SparseVector;
  /** The history's weights, summed: in full plays. */
  readonly plays: number;
  /** The strongest scores of the viewer's cluster (packed-scores.ts), by row. */
  readonly prior: SparseVector | undefined;
};

export type ViewerScorer = {
  /** By row; where all scores stand until the next viewer's. */
  readonly scores: Float32Array;
  /** Overwrites all of `scores`. */
  readonly score: (viewer: ScoredViewer) => void;
  /** Turns scores into worth (top-items.ts), for these factors. */
  readonly toWorth: (factors: Float32Array) => void;
  /** The rows that are worth at least `threshold`, ascending, until the next call. */
  readonly rowsFrom: (threshold: number) => Uint32Array;
};

export function createViewerScorer(model: RankingModel): ViewerScorer {
  const { memory, items, places } = model;
  const kernels = kernelsOn(memory);
  const { held: weights } = model;
  const isPacked = weights.form === "packed";
  const addRows =
    weights.form === "apart" && weights.columns instanceof Uint16Array
      ? kernels.addRowsU16
      : kernels.addRowsU32;
  const scores = new Float32Array(memory.buffer, places.scores, items);
  const factorsHeld = new Float32Array(memory.buffer, places.factors, items);
  const rows = new Uint32Array(memory.buffer, places.rows, items);
  const historyRows = new Uint32Array(memory.buffer, places.historyRows, HISTORY_ROWS);
  const historyValues = new Float32Array(memory.buffer, places.historyValues, HISTORY_ROWS);
  let held: Float32Array | undefined;
  const add = (x: SparseVector, factor: number): void => {
    for (let from = 0; from < x.rows.length; from += HISTORY_ROWS) {
      const count = Math.min(HISTORY_ROWS, x.rows.length - from);
      for (let at = 0; at < count; at += 1) {
        historyRows[at] = x.rows[from + at]!;
        historyValues[at] = x.values[from + at]! * factor;
      }
      if (isPacked) {
        kernels.addPackedRows(
          places.scores,
          places.rowStarts,
          places.columns,
          places.wholeRows,
          items,
          places.historyRows,
          places.historyValues,
          count,
        );
        continue;
      }
      addRows(
        places.scores,
        places.rowStarts,
        places.columns,
        places.weights,
        places.wholeRows,
        items,
        places.historyRows,
        places.historyValues,
        count,
      );
    }
  };
  return {
    scores,
    score: ({ x, plays, prior }) => {
      kernels.clearScores(places.scores, items);
      const own = ownShare(plays);
      add(x, own);
      if (prior === undefined) return;
      const others = 1 - own;
      for (let at = 0; at < prior.rows.length; at += 1) {
        scores[prior.rows[at]!]! += others * prior.values[at]!;
      }
    },
    toWorth: (factors) => {
      // They change once a minute.
      if (held !== factors) factorsHeld.set(factors);
      held = factors;
      kernels.toWorth(places.scores, places.factors, items);
    },
    rowsFrom: (threshold) => rows.subarray(0, kernels.rowsFrom(places.scores, items, threshold, places.rows)),
  };
}
