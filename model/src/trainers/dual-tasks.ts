/** The part of ease-dual.ts that threads share: columns of the model. Pure. */
import { createKernel, LANES } from "../scoring/product-kernel.ts";
import type { ModelColumn } from "../scoring/item-model.ts";
import { strongest } from "../scoring/strongest-weights.ts";
import type { Range } from "../workers/ranges.ts";
import type { SparseRows } from "./gram.ts";
import { numbersAt, ROWS, type InverseMatrix } from "./inverse-matrix.ts";

export type DualInput = Range & {
  /** −K on both sides of the diagonal. */
  readonly matrix: InverseMatrix;
  readonly players: SparseRows;
  /** 1 − m_jj by item, written here. */
  readonly left: Float32Array;
  /** Where M goes, row by row; absent: nowhere. */
  readonly products?: Float32Array;
  readonly perColumn: number;
};

/** Columns `from` … `to` of B, {@link LANES} at a time. */
export function dualColumns(input: DualInput): ModelColumn[] {
  const { matrix, players, left, products, perColumn, from, to } = input;
  const items = players.starts.length - 1;
  const multiply = createMultiply(players, matrix.size);
  const own = new Float64Array(matrix.size);
  const column = new Float32Array(items);
  const columns: ModelColumn[] = [];
  for (let first = from; first < to; first += LANES) {
    const count = Math.min(LANES, to - first);
    for (let lane = 0; lane < count; lane += 1) {
      own.fill(0);
      userSums(matrix, players, first + lane, own);
      left[first + lane] = 1 - sumOver(players, first + lane, own);
      for (let user = 0; user < own.length; user += 1) multiply.means[user * LANES + lane] = own[user]!;
    }
    const sums = multiply.run();
    for (let lane = 0; lane < count; lane += 1) {
      const target = first + lane;
      const rest = left[target]!;
      for (let item = 0; item < items; item += 1) column[item] = sums[item * LANES + lane]!;
      products?.set(column, target * items);
      if (perColumn === 0) continue;
      for (let item = 0; item < items; item += 1) column[item]! /= rest;
      column[target] = 0;
      columns.push(strongest(column, perColumn));
    }
  }
  return columns;
}

/** Adds K · x of one item's players to `sums`, by user. */
function userSums(matrix: InverseMatrix, players: SparseRows, item: number, sums: Float64Array): void {
  const { size, width } = matrix;
  const values = numbersAt(matrix, "values");
  const end = players.starts[item + 1]!;
  for (let at = players.starts[item]!; at < end; at += 1) {
    const player = players.columns[at]!;
    const row = player * width;
    for (let user = 0; user <= player; user += 1) sums[user]! -= values[row + user]!;
    for (let user = player + 1; user < size; user += 1) sums[user]! -= values[row + ROWS + user]!;
  }
}

/** In 64 bits: what it leaves of 1 is little where an item has many players, and is divided by. */
function sumOver({ starts, columns }: SparseRows, item: number, values: Float64Array): number {
  let sum = 0;
  for (let at = starts[item]!; at < starts[item + 1]!; at += 1) sum += values[columns[at]!]!;
  return sum;
}

/** The kernel with X in its memory: sums of `means`, which are by user, over each item's players. */
function createMultiply({ starts, columns }: SparseRows, users: number) {
  const items = starts.length - 1;
  const line = 4 * LANES;
  const aligned = (bytes: number): number => Math.ceil(bytes / line) * line;
  const sources = aligned(4 * (items + 1));
  const weights = sources + aligned(4 * columns.length);
  const means = weights + aligned(4 * columns.length);
  const sums = means + line * users;
  const { memory, multiply } = createKernel(sums + line * items);
  new Uint32Array(memory.buffer, 0, items + 1).set(starts.map((start) => 4 * start));
  new Uint32Array(memory.buffer, sources, columns.length).set(columns.map((user) => line * user));
  new Float32Array(memory.buffer, weights, columns.length).fill(1);
  const result = new Float32Array(memory.buffer, sums, LANES * items);
  return {
    means: new Float32Array(memory.buffer, means, LANES * users),
    run: (): Float32Array => {
      multiply(items, 0, sources, weights, means, sums);
      return result;
    },
  };
}
