/**
 * Holds millions of weights of an item–item matrix, 16 bytes each, in any order. It returns the strongest
 * ones of each target.
 */
import { modelFromColumns, type ItemModel, type ModelColumn } from "@spillway/model/scoring/item-model.ts";
import { MAX_COLUMN_WEIGHTS } from "@spillway/model/scoring/strongest-weights.ts";

export type WeightTable = {
  readonly add: (source: number, target: number, weight: number, line: number) => void;
  readonly size: () => number;
  /** Returns the two line numbers of each pair of source and target that occurs again. */
  readonly repeated: () => readonly { readonly line: number; readonly earlier: number }[];
  /** Sources and targets are positions in `itemSeqs`. */
  readonly toModel: (itemSeqs: Uint32Array) => ItemModel;
};

const FIRST_CAPACITY = 1 << 16;

export function createWeightTable(items: number): WeightTable {
  let sources = new Uint32Array(FIRST_CAPACITY);
  let targets = new Uint32Array(FIRST_CAPACITY);
  let lines = new Uint32Array(FIRST_CAPACITY);
  let weights = new Float32Array(FIRST_CAPACITY);
  let size = 0;

  /** Returns the numbers of entries by target, in the order of the file. */
  const byTarget = (): Uint32Array[] => {
    const counts = new Uint32Array(items);
    for (let entry = 0; entry < size; entry += 1)
      counts[at(targets, entry)] = at(counts, at(targets, entry)) + 1;
    const columns = Array.from(counts, (count) => new Uint32Array(count));
    counts.fill(0);
    for (let entry = 0; entry < size; entry += 1) {
      const target = at(targets, entry);
      const place = at(counts, target);
      columns[target]?.fill(entry, place, place + 1);
      counts[target] = place + 1;
    }
    return columns;
  };
  const strongest = (column: Uint32Array): ModelColumn => {
    const kept = column
      .toSorted(
        (a, b) => Math.abs(at(weights, b)) - Math.abs(at(weights, a)) || at(sources, a) - at(sources, b),
      )
      .subarray(0, MAX_COLUMN_WEIGHTS);
    return {
      sources: kept.map((entry) => at(sources, entry)),
      weights: Float32Array.from(kept, (entry) => at(weights, entry)),
    };
  };
  return {
    add: (source, target, weight, line) => {
      if (size === sources.length) {
        sources = doubled(sources);
        targets = doubled(targets);
        lines = doubled(lines);
        weights = doubled(weights);
      }
      sources[size] = source;
      targets[size] = target;
      lines[size] = line;
      weights[size] = weight;
      size += 1;
    },
    size: () => size,
    repeated: () => {
      const lineOfSource = new Uint32Array(items);
      const found = byTarget().flatMap((column) => {
        const twice: { line: number; earlier: number }[] = [];
        for (const entry of column) {
          const earlier = at(lineOfSource, at(sources, entry));
          if (earlier > 0) twice.push({ line: at(lines, entry), earlier });
          else lineOfSource[at(sources, entry)] = at(lines, entry);
        }
        for (const entry of column) lineOfSource[at(sources, entry)] = 0;
        return twice;
      });
      return found.toSorted((a, b) => a.line - b.line);
    },
    toModel: (itemSeqs) => modelFromColumns(itemSeqs, byTarget().map(strongest)),
  };
}

/** The fallback 0 is never used, since all indices here are within bounds. */
function at(array: Uint32Array | Float32Array, place: number): number {
  return array[place] ?? 0;
}

function doubled<Kind extends Uint32Array | Float32Array>(from: Kind): Kind {
  const to = new (from.constructor as new (length: number) => Kind)(2 * from.length);
  to.set(from);
  return to;
}
