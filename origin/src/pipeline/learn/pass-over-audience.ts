/**
 * The sums over the audience by reading everybody, range by range: what following who moves must give too, to
 * the last bit.
 */
import { addUsers, emptySums, type ClusterSums } from "@spillway/model/clusters/cluster-sums.ts";
import { toShared } from "@spillway/model/workers/shared-memory.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import type { Database } from "@spillway/store/database.ts";
import { profileRanges } from "@spillway/store/profiles/profile-ranges.ts";
import type { AudienceFrame } from "./live-audience.ts";
import { placeRange, readAndPlace, type PlacedRange, type PlaceRange } from "./pass-worker.ts";
import { createRowidSet, type RowidSet } from "./rowid-set.ts";

export type Pass = { readonly sums: ClusterSums; readonly counted: RowidSet };

const ROWIDS_PER_TASK = 65_536;
const WORKER = new URL("pass-worker.ts", import.meta.url);

/**
 * Leaves out who has moved since the profiles are watched. As many ranges are in memory as there are threads,
 * and one more for each.
 */
export async function passOverAudience(
  database: Database,
  frame: AudienceFrame,
  pool: WorkerPool,
  onProgress: (done: number, total: number) => void,
): Promise<Pass> {
  const { sqlite } = database;
  const sums = emptySums(frame.nodes.length, frame.table.publishedMs.length);
  const counted = createRowidSet();
  const ranges = profileRanges(sqlite, ROWIDS_PER_TASK);
  const inline = sqlite.memory || ranges.length < 2;
  const shared = slimFrame(frame);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < ranges.length) {
      const range = ranges[next++]!;
      const placed = inline
        ? await readAndPlace(sqlite, range, shared)
        : await pool.runFile<PlacedRange>(WORKER, placeRange.name, {
            path: sqlite.name,
            range,
            frame: shared,
          } satisfies PlaceRange);
      addUsers(sums, frame.nodes, placed.histories, placed, 1);
      for (const rowid of placed.rowids) counted.add(rowid);
      onProgress((done += 1), ranges.length);
    }
  };
  await Promise.all(Array.from({ length: 2 * pool.threads }, work));
  return { sums, counted };
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
