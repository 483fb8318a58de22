/**
 * Which of EASE's weights ship. The strongest ones say what nothing else says; where all titles are a little
 * like all others they are hardly stronger than chance, and the most alike titles say more. So half are
 * chosen by either (docs/decisions/0048-a-trainer-that-knows-its-cost.md).
 */
import type { ModelColumn } from "../scoring/item-model.ts";
import { MAX_ROW_WEIGHTS, strongestOfSources } from "../scoring/strongest-weights.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { COSINE_SHRINKAGE, cosineOf } from "./cosine.ts";
import type { EaseSolution } from "./ease-solution.ts";
import type { OnPhase } from "./training-progress.ts";

/** Of either choice. Both agree on many, so that some 90 a title are left. */
const PER_COLUMN = 150;
const PER_ROW = MAX_ROW_WEIGHTS / 2;

export type ChoiceOptions = {
  readonly pool: TaskPool;
  readonly signal?: AbortSignal | undefined;
  readonly onPhase?: OnPhase | undefined;
};

/** The weights are those of whoever chose them first: they are to be fitted again (fit-kept.ts). */
export async function chooseSources(
  solution: EaseSolution,
  { pool, signal, onPhase }: ChoiceOptions,
): Promise<ModelColumn[]> {
  const strong = strongestOfSources(await solution.columns(PER_COLUMN), PER_ROW);
  signal?.throwIfAborted();
  const like = await cosineOf(solution, {
    items: strong.length,
    shrinkage: COSINE_SHRINKAGE,
    perColumn: PER_COLUMN,
    pool,
    signal,
    onProgress: (done, total) => onPhase?.("likeness", done, total),
  });
  const alike = strongestOfSources(like, PER_ROW);
  return strong.map((column, target) => joined(column, alike[target]!));
}

/** The first's, and those of the second that it lacks. */
function joined(first: ModelColumn, second: ModelColumn): ModelColumn {
  const known = new Set(first.sources);
  const isNew = (_: number, at: number): boolean => !known.has(second.sources[at]!);
  return {
    sources: Uint32Array.of(...first.sources, ...second.sources.filter(isNew)),
    weights: Float32Array.of(...first.weights, ...second.weights.filter(isNew)),
  };
}
