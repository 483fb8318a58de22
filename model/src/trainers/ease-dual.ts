/**
 * EASE by users, for catalogues of more items than users: (XᵀX + λI)⁻¹ = (I − Xᵀ K X) ÷ λ with K = (XXᵀ +
 * λI)⁻¹ (the Woodbury identity), so that B_ij = m_ij ÷ (1 − m_jj) with M = Xᵀ K X. u³/2 multiply-adds for u
 * users, and plays × (users + items) for the products with X.
 */
import type { ModelColumn } from "../scoring/item-model.ts";
import { ranges } from "../workers/ranges.ts";
import { sharedArray } from "../workers/shared-memory.ts";
import type { EaseOptions, EaseSolution } from "./ease-solution.ts";
import type { Played } from "./gram.ts";
import { numbersAt, ROWS, type InverseMatrix } from "./inverse-matrix.ts";
import { invertGram, mirror } from "./invert.ts";
import { countPairs } from "./pair-counts.ts";

const PARTS_PER_THREAD = 8;
const PRODUCT_BYTES = 2e9;

export async function solveDual(played: Played, options: EaseOptions): Promise<EaseSolution> {
  const { items, pool, onPhase } = options;
  const { players, histories } = played;
  const { matrix, error } = await invertGram(histories, players, false, options);
  await mirror(matrix, pool);
  const left = sharedArray(Float32Array, items);
  const columns = async (perColumn: number, products?: Float32Array): Promise<ModelColumn[]> => {
    const parts = ranges(items, PARTS_PER_THREAD * pool.threads);
    const input = { matrix, players, left, perColumn, ...(products && { products }) };
    const found = await Promise.all(
      parts.map(async (range, at) => {
        const own = await pool.run("dualColumns", { ...input, ...range });
        onPhase?.("columns", at + 1, parts.length);
        return own;
      }),
    );
    return found.flat();
  };
  return {
    ...played,
    error,
    columns: (perColumn) => columns(perColumn),
    counts: () => countPairs(players, histories, pool),
    scorer: async () => {
      if (4 * items ** 2 > (options.productBytes ?? PRODUCT_BYTES)) {
        await columns(0);
        return scorerByUsers(played, matrix, left);
      }
      const products = sharedArray(Float32Array, items * items);
      await columns(0, products);
      return scorerOf(products, left);
    },
  };
}

/** x · M = ((x · Xᵀ) · K) · X, each time anew. */
function scorerByUsers(
  { players, histories }: Played,
  matrix: InverseMatrix,
  left: Float32Array,
): Awaited<ReturnType<EaseSolution["scorer"]>> {
  const { size, width } = matrix;
  const values = numbersAt(matrix, "values");
  return ({ rows, values: factors }, scores) => {
    const shares = new Float64Array(size);
    rows.forEach((row, at) => {
      for (let k = players.starts[row]!; k < players.starts[row + 1]!; k += 1) {
        shares[players.columns[k]!]! += factors[at]!;
      }
    });
    const sums = new Float64Array(left.length);
    for (let user = 0; user < size; user += 1) {
      const from = user * width;
      let sum = 0;
      // The matrix holds −K on both sides of the diagonal.
      for (let other = 0; other <= user; other += 1) sum -= values[from + other]! * shares[other]!;
      for (let other = user + 1; other < size; other += 1)
        sum -= values[from + ROWS + other]! * shares[other]!;
      for (let k = histories.starts[user]!; k < histories.starts[user + 1]!; k += 1) {
        sums[histories.columns[k]!]! += sum;
      }
    }
    rows.forEach((row, at) => (sums[row]! -= factors[at]! * (1 - left[row]!)));
    for (let item = 0; item < sums.length; item += 1) scores[item]! += sums[item]! / left[item]!;
  };
}

/** `products`: M, row by row. */
function scorerOf(products: Float32Array, left: Float32Array): Awaited<ReturnType<EaseSolution["scorer"]>> {
  const items = left.length;
  const sums = new Float64Array(items);
  return ({ rows, values }, scores) => {
    sums.fill(0);
    rows.forEach((row, at) => {
      const factor = values[at]!;
      const from = row * items;
      for (let item = 0; item < items; item += 1) sums[item]! += factor * products[from + item]!;
      // B's diagonal is zero.
      sums[row]! -= factor * products[from + row]!;
    });
    for (let item = 0; item < items; item += 1) scores[item]! += sums[item]! / left[item]!;
  };
}
