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
import { invertGram, mirror } from "./invert.ts";
import { countPairs } from "./pair-counts.ts";

const PARTS_PER_THREAD = 8;

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
      const products = sharedArray(Float32Array, items * items);
      await columns(0, products);
      return scorerOf(products, left);
    },
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
