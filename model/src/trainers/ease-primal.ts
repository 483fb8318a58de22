/** EASE by items: n³/2 multiply-adds and 4n² bytes for n items, in f32. */
import { ranges } from "../workers/ranges.ts";
import { sharedArray } from "../workers/shared-memory.ts";
import type { EaseOptions, EaseSolution } from "./ease-solution.ts";
import type { Played } from "./gram.ts";
import { numbersAt, ROWS, type InverseMatrix } from "./inverse-matrix.ts";
import { invertGram, mirror } from "./invert.ts";

const PARTS_PER_THREAD = 8;

export async function solvePrimal(played: Played, options: EaseOptions): Promise<EaseSolution> {
  const { items, pool, onPhase } = options;
  const { players, histories } = played;
  const { matrix, error } = await invertGram(players, histories, true, options);
  return {
    ...played,
    error,
    columns: async (perColumn) => {
      const parts = ranges(items, PARTS_PER_THREAD * pool.threads);
      const columns = await Promise.all(
        parts.map(async (range, at) => {
          const own = await pool.run("easeColumns", { matrix, perColumn, ...range });
          onPhase?.("columns", at + 1, parts.length);
          return own;
        }),
      );
      return columns.flat();
    },
    counts: () => {
      const offsets = sharedArray(Float64Array, items);
      for (let row = 0; row < items; row += 1) offsets[row] = row * matrix.width + ROWS;
      return Promise.resolve({ values: numbersAt(matrix, "values"), offsets });
    },
    scorer: async () => {
      await mirror(matrix, pool);
      return scorerOf(matrix);
    },
  };
}

/** The matrix holds −P on both sides of the diagonal. */
function scorerOf(matrix: InverseMatrix): Awaited<ReturnType<EaseSolution["scorer"]>> {
  const { size, width } = matrix;
  const values = numbersAt(matrix, "values");
  const scales = Float64Array.from({ length: size }, (_, item) => -1 / values[item * (width + 1)]!);
  const sums = new Float64Array(size);
  return ({ rows, values: factors }, scores) => {
    sums.fill(0);
    rows.forEach((row, at) => {
      const factor = factors[at]!;
      const from = row * width;
      for (let item = 0; item < row; item += 1) sums[item]! += factor * values[from + item]!;
      for (let item = row + 1; item < size; item += 1) sums[item]! += factor * values[from + ROWS + item]!;
    });
    for (let item = 0; item < size; item += 1) scores[item]! += sums[item]! * scales[item]!;
  };
}
