/**
 * Proves that following who moves gives what a pass over everybody gives: it makes that pass now and then,
 * and goes on with its sums.
 */
import { addUsers, differentNodes } from "@spillway/model/clusters/cluster-sums.ts";
import { placeAudience } from "@spillway/model/clusters/place-users.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import type { Database } from "@spillway/store/database.ts";
import { pageOf } from "@spillway/model/profile/packed-page.ts";
import { movedBefore } from "@spillway/store/profiles/profile-moves.ts";
import { decodePage, type LiveAudience } from "./live-audience.ts";
import { passOverAudience } from "./pass-over-audience.ts";

const PAGE_ROWS = 10_000;

/**
 * Returns how many clusters' sums differ from those of a pass over everybody: 0, unless there is an error in
 * Spillway. The moves stay noted.
 */
export async function proveSums(
  database: Database,
  live: LiveAudience,
  pool: WorkerPool,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const pass = await passOverAudience(database, live, pool, onProgress);
  // The pass leaves out who had moved when it read them: they stand in the sums as they were before.
  for (const page of movedBefore(database, PAGE_ROWS)) {
    const before = pageOf(page, (rowid) => live.counted.has(rowid) && !pass.counted.has(rowid));
    const audience = decodePage(live, before);
    const placed = await placeAudience(live.nodes, live.taste, audience, pool);
    addUsers(pass.sums, live.nodes, audience.histories, placed, 1);
  }
  return differentNodes(live.sums, pass.sums);
}
