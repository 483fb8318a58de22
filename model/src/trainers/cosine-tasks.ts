/** The part of the cosine trainer that threads share: columns of the model. Pure. */
import type { ModelColumn } from "../scoring/item-model.ts";
import { strongest } from "../scoring/strongest-weights.ts";
import type { Range } from "../workers/ranges.ts";
import { addCoOccurrences, type Played } from "./gram.ts";

export type CosineInput = Range &
  Played & {
    readonly shrinkage: number;
    readonly perColumn: number;
  };

/** Columns `from` … `to` of the model. */
export function cosineColumns({
  players,
  histories,
  shrinkage,
  perColumn,
  from,
  to,
}: CosineInput): ModelColumn[] {
  const { starts } = players;
  const items = starts.length - 1;
  const similarity = new Float32Array(items);
  return Array.from({ length: to - from }, (_, at) => {
    const target = from + at;
    similarity.fill(0);
    addCoOccurrences(players, histories, target, items, similarity);
    similarity[target] = 0;
    const norm = Math.sqrt(starts[target + 1]! - starts[target]!);
    for (let source = 0; source < items; source += 1) {
      const count = similarity[source]!;
      if (count > 0)
        similarity[source] = count / (norm * Math.sqrt(starts[source + 1]! - starts[source]!) + shrinkage);
    }
    return strongest(similarity, perColumn);
  });
}
