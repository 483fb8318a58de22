/**
 * An item model in a kernel's memory, with room beside it for what one viewer's page takes. It is made once
 * for a model, on whatever thread, and handed on without being copied.
 */
import { kernelMemory, type KernelMemory } from "../kernels/kernels.ts";
import type { ItemModel, RowWeights } from "./item-model.ts";
import { areOf16Bits } from "./weights-of-16-bits.ts";

export type RankingModel = {
  readonly memory: KernelMemory;
  readonly items: number;
  /** Byte addresses. */
  readonly places: RankingPlaces;
  readonly rowStarts: Uint32Array;
  readonly held: HeldWeights;
};

/**
 * The sum of a history's weights waits for memory most of its time. `packed`: column and weight in one word
 * (model/kernels/rank-titles.ts), where all weights are of 16 bits and all columns too; else two arrays, with
 * columns of 16 bits where they are enough.
 */
export type HeldWeights =
  | { readonly form: "packed"; readonly words: Uint32Array }
  | {
      readonly form: "apart";
      readonly columns: Uint16Array | Uint32Array;
      readonly weights: Float32Array;
    };

export type RankingPlaces = {
  readonly rowStarts: number;
  /** The packed words, or the columns. */
  readonly columns: number;
  /** Empty where they are packed. */
  readonly weights: number;
  /** By row, u32: where a row stands with a weight for each column, 0 among them; 0: nowhere. */
  readonly wholeRows: number;
  /**
   * By row, f32: scores, which become worth, and freshness. Up to a multiple of four they are 0 behind it.
   */
  readonly scores: number;
  readonly factors: number;
  /** Room for each row once and three more, u32. */
  readonly rows: number;
  /** A history, {@link HISTORY_ROWS} at a time: rows u32, and values f32 with one to spare. */
  readonly historyRows: number;
  readonly historyValues: number;
};

export const HISTORY_ROWS = 1024;

/**
 * A row that has at least this share of all columns is summed whole, four columns at a time. What nearly all
 * have played leads nearly everywhere, and most of a history's weights are those of a few such titles.
 */
const WHOLE_SHARE = 0.3;

const MAX_U16_COLUMNS = 0x1_0000;
/** Of a packed word, what is no weight. */
const COLUMN = 0xffff;
/** Of a vector, and what the first and the last of an array may share with nothing else. */
const ALIGNED = 64;

export function rankingModel(model: Pick<ItemModel, "rowStarts" | "columns" | "weights">): RankingModel {
  const items = model.rowStarts.length - 1;
  const count = model.columns.length;
  const columnBytes = items <= MAX_U16_COLUMNS ? 2 : 4;
  const isPacked = columnBytes === 2 && areOf16Bits(model.weights);
  const long = longRows(model.rowStarts);
  let end = ALIGNED;
  const place = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / ALIGNED) * ALIGNED;
    return at;
  };
  const places: RankingPlaces = {
    rowStarts: place(4 * (items + 1)),
    columns: place((isPacked ? 4 : columnBytes) * count),
    weights: place(isPacked ? 0 : 4 * count),
    wholeRows: place(4 * items),
    scores: place(4 * items),
    factors: place(4 * items),
    rows: place(4 * (items + 3)),
    historyRows: place(4 * HISTORY_ROWS),
    historyValues: place(4 * (HISTORY_ROWS + 1)),
  };
  const wholeAt = long.map(() => place(4 * items));
  const memory = kernelMemory(end);
  const { buffer } = memory;
  const rowStarts = new Uint32Array(buffer, places.rowStarts, items + 1);
  rowStarts.set(model.rowStarts);
  const held: HeldWeights = isPacked
    ? { form: "packed", words: new Uint32Array(buffer, places.columns, count) }
    : {
        form: "apart",
        columns:
          columnBytes === 2
            ? new Uint16Array(buffer, places.columns, count)
            : new Uint32Array(buffer, places.columns, count),
        weights: new Float32Array(buffer, places.weights, count),
      };
  hold(held, model);
  const wholeRows = new Uint32Array(buffer, places.wholeRows, items);
  long.forEach((row, number) => {
    const whole = new Float32Array(buffer, wholeAt[number], items);
    for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at += 1)
      whole[model.columns[at]!] = model.weights[at]!;
    wholeRows[row] = whole.byteOffset;
  });
  return { memory, items, places, rowStarts, held };
}

function hold(held: HeldWeights, { columns, weights }: Pick<ItemModel, "columns" | "weights">): void {
  if (held.form === "apart") {
    held.columns.set(columns);
    held.weights.set(weights);
    return;
  }
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  for (let at = 0; at < bits.length; at += 1) held.words[at] = bits[at]! | columns[at]!;
}

/** One row's weights as they were given: what a packed word holds, apart. */
export function rowWeights({ rowStarts, held }: RankingModel, row: number): RowWeights {
  const [from, to] = [rowStarts[row]!, rowStarts[row + 1]!];
  const starts = Uint32Array.of(0, to - from);
  if (held.form === "apart") {
    const { columns, weights } = held;
    return { rowStarts: starts, columns: columns.subarray(from, to), weights: weights.subarray(from, to) };
  }
  const columns = new Uint16Array(to - from);
  const bits = new Uint32Array(to - from);
  for (let at = 0; at < bits.length; at += 1) {
    const word = held.words[from + at]!;
    columns[at] = word & COLUMN;
    bits[at] = word & ~COLUMN;
  }
  return { rowStarts: starts, columns, weights: new Float32Array(bits.buffer) };
}

/** Of each row the weight that leads to `target`, or 0. Nothing is unpacked that leads elsewhere. */
export function weightsInto({ rowStarts, held }: RankingModel, target: number): Float32Array {
  const weights = new Float32Array(rowStarts.length - 1);
  const bits = new Uint32Array(weights.buffer);
  for (let row = 0; row < weights.length; row += 1) {
    const end = rowStarts[row + 1]!;
    for (let at = rowStarts[row]!; at < end; at += 1) {
      if (held.form === "apart") {
        if (held.columns[at] === target) weights[row] = held.weights[at]!;
      } else if ((held.words[at]! & COLUMN) === target) {
        bits[row] = held.words[at]! & ~COLUMN;
      }
    }
  }
  return weights;
}

function longRows(rowStarts: Uint32Array): number[] {
  const least = WHOLE_SHARE * (rowStarts.length - 1);
  const rows: number[] = [];
  for (let row = 0; row + 1 < rowStarts.length; row += 1) {
    if (rowStarts[row + 1]! - rowStarts[row]! > least) rows.push(row);
  }
  return rows;
}
