/**
 * The sums over the audience by reading everybody, range by range: what following who moves must give too, to
 * the last bit.
 */
import { addSums, emptySums, type ClusterSums } from "@spillway/model/clusters/cluster-sums.ts";
import { toShared } from "@spillway/model/workers/shared-memory.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import type { Database } from "@spillway/store/database.ts";
import { profileRanges } from "@spillway/store/profiles/profile-ranges.ts";
import type { AudienceFrame } from "./live-audience.ts";
import { addRange, readAndAdd, type AddRange } from "./pass-worker.ts";
import { createRowidSet, type RowidSet } from "./rowid-set.ts";

export type Pass = { readonly sums: ClusterSums; readonly counted: RowidSet };

const ROWIDS_PER_TASK = 65_536;
const WORKER = new URL("pass-worker.ts", import.meta.url);

/** So many threads have sums of their own, which are as large as the clusters' means. */
const MOST_THREADS = 4;

/** Leaves out who has moved since the profiles are watched. Each thread has one range in memory at a time. */
export async function passOverAudience(
  database: Database,
  frame: AudienceFrame,
  pool: WorkerPool,
  onProgress: (done: number, total: number) => void,
): Promise<Pass> {
  const { sqlite } = database;
  const counted = createRowidSet();
  const ranges = profileRanges(sqlite, ROWIDS_PER_TASK);
  const inline = sqlite.memory || ranges.length < 2;
  const shared = slimFrame(frame);
  let next = 0;
  let done = 0;
  const work = async (): Promise<ClusterSums> => {
    const sums = emptySums(frame.nodes.length, frame.table.publishedMs.length);
    while (next < ranges.length) {
      const range = ranges[next++]!;
      const rowids = inline
        ? await readAndAdd(sqlite, range, shared, sums)
        : await pool.runFile<Uint32Array>(WORKER, addRange.name, {
            path: sqlite.name,
            range,
            frame: shared,
            sums,
          } satisfies AddRange);
      for (const rowid of rowids) counted.add(rowid);
      onProgress((done += 1), ranges.length);
    }
    return sums;
  };
  const threads = Math.max(1, Math.min(MOST_THREADS, pool.threads, ranges.length));
  const [first, ...others] = await Promise.all(Array.from({ length: threads }, work));
  for (const part of others) addSums(first!, part);
  return { sums: first!, counted };
}

/** The frame without what placing does not need, so that little is copied to threads. */
function slimFrame({ nodes, taste, table, asOfMs }: AudienceFrame): AudienceFrame {
  return {
    nodes: nodes.map((node) => ({ ...node, moments: NO_MOMENTS })),
    taste: {
      ...taste,
      directions: NO_DIRECTIONS,
      perSource: toShared(taste.perSource),
      vectors: toShared(taste.vectors),
      groupVectors: toShared(taste.groupVectors),
    },
    table,
    asOfMs,
  };
}

const NO_DIRECTIONS = new Float32Array(0);
const NO_MOMENTS = { sum: new Float64Array(0), weight: 0, weightSquares: 0, users: 0, usersWithSketch: 0 };
