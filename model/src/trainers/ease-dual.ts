/**
 * EASE by users, for catalogues of more items than users: (XᵀX + λI)⁻¹ = (I − Xᵀ K X) ÷ λ with K = (XXᵀ +
 * λI)⁻¹ (the Woodbury identity), so that B_ij = m_ij ÷ (1 − m_jj) with M = Xᵀ K X. u³/2 multiply-adds for u
 * users, and plays × (users + items) for the products with X.
 */
import { ranges } from "../workers/ranges.ts";
import { sharedArray } from "../workers/shared-memory.ts";
import type { EaseOptions, EaseSolution } from "./ease-solution.ts";
import { userSums } from "./dual-tasks.ts";
import type { Played, SparseRows } from "./gram.ts";
import type { InverseMatrix } from "./inverse-matrix.ts";
import { invertGram, mirror } from "./invert.ts";
import { countPairs } from "./pair-counts.ts";

const PARTS_PER_THREAD = 8;

export async function solveDual(played: Played, options: EaseOptions): Promise<EaseSolution> {
  const { items, pool } = options;
  const { players, histories } = played;
  const { matrix, error } = await invertGram(histories, players, false, options);
  await mirror(matrix, pool);
  /** 1 − m_jj, known once the columns have been asked for. */
  const left = sharedArray(Float32Array, items);
  const columns: EaseSolution["columns"] = async (perColumn) => {
    const parts = ranges(items, PARTS_PER_THREAD * pool.threads);
    const found = await Promise.all(
      parts.map(async (range) => pool.run("dualColumns", { matrix, players, left, perColumn, ...range })),
    );
    return found.flat();
  };
  return {
    ...played,
    error,
    columns,
    counts: () => countPairs(players, histories, pool),
    scorer: async () => {
      if (!left.some((value) => value > 0)) await columns(1);
      return scorerOf(matrix, players, left);
    },
  };
}

/** x · M is Xᵀ · (K · (X · x)): once through the users for each of x's items. */
function scorerOf(
  matrix: InverseMatrix,
  players: SparseRows,
  left: Float32Array,
): Awaited<ReturnType<EaseSolution["scorer"]>> {
  const items = left.length;
  const own = new Float32Array(matrix.size);
  const sums = new Float64Array(matrix.size);
  return ({ rows, values }, scores) => {
    sums.fill(0);
    rows.forEach((row, at) => {
      own.fill(0);
      userSums(matrix, players, row, own);
      for (let user = 0; user < sums.length; user += 1) sums[user]! += values[at]! * own[user]!;
    });
    const factors = new Map(Array.from(rows, (row, at) => [row, values[at]!]));
    for (let item = 0; item < items; item += 1) {
      let sum = 0;
      const end = players.starts[item + 1]!;
      for (let at = players.starts[item]!; at < end; at += 1) sum += sums[players.columns[at]!]!;
      // Without the item's own part m_jj, since B's diagonal is zero.
      sum -= (factors.get(item) ?? 0) * (1 - left[item]!);
      scores[item]! += sum / left[item]!;
    }
  };
}
