/**
 * The item–item model of both paths, a sparse matrix B: a user's scores are s = x · B with x the weighted
 * history. It is stored by source row (compressed rows), since a history is a handful of rows. Pure.
 */
import type { SparseVector } from "../profile/history-vector.ts";
import { concatBytes } from "../bytes.ts";

export type ItemModel = {
  /** Row and column → items.seq, ascending. */
  readonly itemSeqs: Uint32Array;
  /** Row i's weights stand at rowStarts[i] … rowStarts[i + 1]. */
  readonly rowStarts: Uint32Array;
  readonly columns: Uint32Array;
  readonly weights: Float32Array;
  /** items.seq → row, or undefined for an item the model does not know. */
  readonly rowOf: (itemSeq: number) => number | undefined;
};

/** One target item's weights: `sources` are rows. */
export type ModelColumn = { readonly sources: Uint32Array; readonly weights: Float32Array };

export function modelFromColumns(itemSeqs: Uint32Array, byTarget: readonly ModelColumn[]): ItemModel {
  const size = itemSeqs.length;
  const rowStarts = new Uint32Array(size + 1);
  for (const { sources } of byTarget) for (const source of sources) rowStarts[source + 1]! += 1;
  for (let row = 0; row < size; row += 1) rowStarts[row + 1]! += rowStarts[row]!;
  const columns = new Uint32Array(rowStarts[size]!);
  const weights = new Float32Array(columns.length);
  const next = rowStarts.slice();
  byTarget.forEach((column, target) => {
    column.sources.forEach((source, at) => {
      const to = next[source]!++;
      columns[to] = target;
      weights[to] = column.weights[at]!;
    });
  });
  return { itemSeqs, rowStarts, columns, weights, rowOf: rowIndex(itemSeqs) };
}

/**
 * The weights into each of the first `items` target items, by row: the inverse of {@link modelFromColumns}.
 */
export function columnsOf(
  { itemSeqs, rowStarts, columns, weights }: ItemModel,
  items: number,
): ModelColumn[] {
  const sources: number[][] = Array.from({ length: items }, () => []);
  const values: number[][] = Array.from({ length: items }, () => []);
  for (let row = 0; row < itemSeqs.length; row += 1) {
    for (let k = rowStarts[row]!; k < rowStarts[row + 1]!; k += 1) {
      sources[columns[k]!]?.push(row);
      values[columns[k]!]?.push(weights[k]!);
    }
  }
  return sources.map((own, target) => ({
    sources: Uint32Array.from(own),
    weights: Float32Array.from(values[target]!),
  }));
}

/** A model without weights: what there is before the first cycle. */
export function emptyModel(itemSeqs: Uint32Array): ItemModel {
  return modelFromColumns(itemSeqs, []);
}

function rowIndex(itemSeqs: Uint32Array): (itemSeq: number) => number | undefined {
  const rows = new Map<number, number>();
  itemSeqs.forEach((seq, row) => rows.set(seq, row));
  return (itemSeq) => rows.get(itemSeq);
}

/** The weights of a model by source row; a copy for serving may have columns of 16 bits. */
export type RowWeights = Pick<ItemModel, "rowStarts" | "weights"> & {
  readonly columns: Uint16Array | Uint32Array;
};

/**
 * `scores` += factor · x · B; one multiply-add for each weight of the rows in x. Products and sums are rounded
 * to 32 bits, as the kernels round them, which do the same with vectors.
 */
export function addScores(model: RowWeights, x: SparseVector, factor: number, scores: Float32Array): void {
  const { rowStarts, columns, weights } = model;
  for (let at = 0; at < x.rows.length; at += 1) {
    const row = x.rows[at]!;
    const value = Math.fround(x.values[at]! * factor);
    const end = rowStarts[row + 1]!;
    for (let k = rowStarts[row]!; k < end; k += 1) scores[columns[k]!]! += Math.fround(value * weights[k]!);
  }
}

const MAGIC = 0x53504d31; // "SPM1"

/** Header of four u32 (magic, rows, weights, 0), then the arrays, little endian. */
export function packModel(model: ItemModel): Uint8Array<ArrayBuffer> {
  const header = Uint32Array.of(MAGIC, model.itemSeqs.length, model.columns.length, 0);
  return concatBytes([header, model.itemSeqs, model.rowStarts, model.columns, model.weights]);
}

/** Undefined when the bytes are no packed model, or when some are missing. */
export function unpackModel(packed: Uint8Array): ItemModel | undefined {
  if (packed.byteLength < 16 || packed.byteLength % 4 !== 0) return undefined;
  // The bytes are copied, since SQLite's buffers need not be aligned.
  const { buffer } = new Uint8Array(packed);
  const [magic, size = 0, count = 0] = new Uint32Array(buffer, 0, 4);
  if (magic !== MAGIC || packed.byteLength !== 4 * (4 + size + size + 1 + count + count)) return undefined;
  const itemSeqs = new Uint32Array(buffer, 16, size);
  return {
    itemSeqs,
    rowStarts: new Uint32Array(buffer, 16 + 4 * size, size + 1),
    columns: new Uint32Array(buffer, 16 + 4 * (2 * size + 1), count),
    weights: new Float32Array(buffer, 16 + 4 * (2 * size + 1 + count), count),
    rowOf: rowIndex(itemSeqs),
  };
}
