/** What solving EASE is told and gives, whatever the form. Pure. */
import type { ModelColumn } from "../scoring/item-model.ts";
import type { SparseVector } from "../profile/history-vector.ts";
import type { Played } from "./gram.ts";
import type { InvertOptions } from "./invert.ts";
import type { EaseForm } from "./plan-training.ts";
import type { PairCounts } from "./pair-tasks.ts";

export type EaseOptions = InvertOptions & {
  readonly items: number;
  readonly form: EaseForm;
  /** What a scorer may take for products of items, by users; beyond it each score takes longer. */
  readonly productBytes?: number;
};

export type EaseSolution = Played & {
  /** An estimate of the relative error that rounding left in P. */
  readonly error: number;
  /** One column for each item, by row of the catalogue: its strongest weights by absolute size. */
  readonly columns: (perColumn: number) => Promise<ModelColumn[]>;
  readonly counts: () => Promise<PairCounts>;
  /**
   * Adds x · B, with all weights, to `scores`; then neither columns nor counts can be asked for any more. By
   * users, it takes 4 bytes for each two items, up to `productBytes`.
   */
  readonly scorer: () => Promise<(x: SparseVector, scores: Float32Array) => void>;
};
