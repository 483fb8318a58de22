/** Counts all pairs of items, on threads: what fit-kept.ts reads. */
import { ranges } from "../workers/ranges.ts";
import { sharedArray } from "../workers/shared-memory.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import type { SparseRows } from "./gram.ts";
import { bytesPerCount, type PairCounts } from "./pair-tasks.ts";

/** Parts for each thread, since the first rows are the longest. */
const PARTS_PER_THREAD = 8;

/** Counts of users are exact in 32 bits up to 16 million. `histories`: the players' transpose. */
export async function countPairs(
  players: SparseRows,
  histories: SparseRows,
  pool: TaskPool,
): Promise<PairCounts> {
  const items = players.starts.length - 1;
  const offsets = sharedArray(Float64Array, items);
  // Row a's numbers begin behind the rows before it, whose lengths are items − 1, items − 2, …
  for (let row = 0; row < items; row += 1) offsets[row] = row * (items - 1) - (row * (row - 1)) / 2 - row - 1;
  const pairs = (items * (items - 1)) / 2;
  const values =
    bytesPerCount(histories.starts.length - 1) === 2
      ? sharedArray(Uint16Array, pairs)
      : sharedArray(Float32Array, pairs);
  const counts = { values, offsets };
  await Promise.all(
    ranges(items, PARTS_PER_THREAD * pool.threads).map(async (range) =>
      pool.run("pairRows", { players, histories, counts, ...range }),
    ),
  );
  return counts;
}
