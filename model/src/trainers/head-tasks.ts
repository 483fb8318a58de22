/** The parts of ease-head.ts that threads share: weights into rare titles, and weights out of them. Pure. */
import type { ModelColumn } from "../scoring/item-model.ts";
import { topK } from "../scoring/top-k.ts";
import type { Range } from "../workers/ranges.ts";
import { strongestFirst } from "./fit-tasks.ts";
import { addCoOccurrences, type Played } from "./gram.ts";
import { createRidge, type RidgeInput } from "./ridge.ts";

export type TailInput = Range &
  Played & {
    /** The rare titles, by row of the catalogue. */
    readonly tail: Uint32Array;
  };

export type IntoTailInput = TailInput &
  RidgeInput & {
    /** The frequent titles, ascending: `counts` and `plays` know them by their place here. */
    readonly head: Uint32Array;
    readonly perColumn: number;
    readonly shrinkage: number;
  };

/** Weights into the rare titles tail[from] … tail[to], out of the frequent ones that are most like each. */
export function intoTail(input: IntoTailInput): ModelColumn[] {
  const { tail, head, players, histories, plays, perColumn, shrinkage, from, to } = input;
  const items = players.starts.length - 1;
  const ridge = createRidge(perColumn, input);
  const together = new Float32Array(items);
  const likeness = new Float32Array(head.length);
  return Array.from({ length: to - from }, (_, at) => {
    const target = tail[from + at]!;
    together.fill(0);
    addCoOccurrences(players, histories, target, items, together);
    const norm = Math.sqrt(together[target]!);
    for (let place = 0; place < head.length; place += 1) {
      likeness[place] = together[head[place]!]! / (norm * Math.sqrt(plays[place]!) + shrinkage);
    }
    const places = topK(likeness, perColumn).toSorted();
    const weights = ridge.solve(places, (j) => together[head[places[j]!]!]!);
    return strongestFirst(
      places.map((place) => head[place]!),
      weights,
    );
  });
}

export type OutOfTailInput = TailInput & {
  /** The weights out of frequent titles, by source row: those of row i at starts[i] … starts[i + 1]. */
  readonly model: {
    readonly starts: Uint32Array;
    readonly targets: Uint32Array;
    readonly weights: Float32Array;
  };
  readonly ridge: RidgeInput["ridge"];
  readonly perRow: number;
};

/** `weights`: of the targets, for each rare title one after the other. */
export type TailRows = { readonly targets: Uint32Array; readonly weights: Float32Array };

/**
 * Weights out of the rare titles tail[from] … tail[to]: what the frequent ones have not said already. One step
 * of block coordinate descent on the ridge regression of all titles at once.
 */
export function outOfTail({
  tail,
  players,
  histories,
  model,
  ridge,
  perRow,
  from,
  to,
}: OutOfTailInput): TailRows[] {
  const items = players.starts.length - 1;
  const together = new Float32Array(items);
  const rest = new Float32Array(items);
  const strengths = new Float32Array(items);
  return Array.from({ length: to - from }, (_, at) => {
    const source = tail[from + at]!;
    together.fill(0);
    addCoOccurrences(players, histories, source, items, together);
    rest.set(together);
    for (let other = 0; other < items; other += 1) {
      const count = together[other]!;
      if (count === 0) continue;
      for (let k = model.starts[other]!; k < model.starts[other + 1]!; k += 1) {
        rest[model.targets[k]!]! -= count * model.weights[k]!;
      }
    }
    const scale = 1 / (ridge.regularization + (1 + ridge.share) * together[source]!);
    for (let target = 0; target < items; target += 1) {
      const seen = together[target]! > 0 && target !== source;
      strengths[target] = seen ? Math.abs(rest[target]!) : 0;
    }
    const targets = topK(strengths, perRow);
    return { targets, weights: Float32Array.from(targets, (target) => rest[target]! * scale) };
  });
}
