/** Runs on a worker thread: reads one range of the profiles, and adds its people to sums. */
import Sqlite from "better-sqlite3";
import type { ClusterSums } from "@spillway/model/clusters/cluster-sums.ts";
import { addHistories } from "@spillway/model/clusters/mean-histories.ts";
import { placeAudience } from "@spillway/model/clusters/place-users.ts";
import { inlinePool } from "@spillway/model/workers/pool.ts";
import { readProfileRange, type RowidRange } from "@spillway/store/profiles/profile-ranges.ts";
import { decodeProfiles } from "../ingest/read-audience-chunk.ts";
import type { AudienceFrame } from "./live-audience.ts";

export type AddRange = {
  readonly path: string;
  readonly range: RowidRange;
  readonly frame: AudienceFrame;
  /** Added to; nobody else does meanwhile. */
  readonly sums: ClusterSums;
};

/** Returns the rowids of those who stand in the sums now. */
export async function addRange({ path, range, frame, sums }: AddRange): Promise<Uint32Array> {
  const sqlite = new Sqlite(path, { readonly: true });
  try {
    return await readAndAdd(sqlite, range, frame, sums);
  } finally {
    sqlite.close();
  }
}

export async function readAndAdd(
  sqlite: Sqlite.Database,
  range: RowidRange,
  { nodes, taste, table, asOfMs }: AudienceFrame,
  sums: ClusterSums,
): Promise<Uint32Array> {
  const audience = decodeProfiles(readProfileRange(sqlite, range), table, asOfMs);
  const placed = await placeAudience(nodes, taste, audience, inlinePool);
  addHistories(sums, { ...placed, nodes, histories: audience.histories });
  return audience.rowids ?? new Uint32Array(0);
}
