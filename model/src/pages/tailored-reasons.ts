/**
 * Why titles stand on a tailored page: which title of the history leads to each most, by the model's own
 * weights. Pure.
 */
import type { Packs } from "../packs/packs.ts";
import { viewerVector, type ViewerState } from "../profile/viewer-state.ts";

/** items.seq of the title in the history, and its share of all that the history adds to the score. */
export type TailoredReason = { readonly because: number; readonly share: number };

/**
 * By row of the catalogue; a row that the history does not lead to has no reason. A score is the sum of the
 * history's values times the model's weights (tailored-scores.ts), so that each title's part of it is known.
 */
export function tailoredReasons(
  { catalogue, model }: Pick<Packs, "catalogue" | "model">,
  viewer: ViewerState,
  rows: readonly number[],
): ReadonlyMap<number, TailoredReason> {
  const asked = new Set(rows);
  const found = new Map<number, { because: number; most: number; sum: number }>();
  if (model === undefined) return new Map();
  const { rowStarts, targets, weights, scales } = model;
  const x = viewerVector(viewer, catalogue.rowOf);
  x.rows.forEach((source, place) => {
    for (let at = rowStarts[source]!; at < rowStarts[source + 1]!; at += 1) {
      const target = targets[at]!;
      const part = x.values[place]! * weights[at]! * scales[source]!;
      if (part <= 0 || !asked.has(target) || target === source) continue;
      const known = found.get(target) ?? { because: 0, most: 0, sum: 0 };
      known.sum += part;
      if (part > known.most) [known.most, known.because] = [part, catalogue.itemSeqs[source]!];
      found.set(target, known);
    }
  });
  return new Map(Array.from(found, ([row, { because, most, sum }]) => [row, { because, share: most / sum }]));
}
