/** Runs on a worker thread: reads one range of the profiles, and says where its people stand in the tree. */
import Sqlite from "better-sqlite3";
import type { PlacedUsers } from "@spillway/model/clusters/cluster-sums.ts";
import { placeAudience } from "@spillway/model/clusters/place-users.ts";
import type { Histories } from "@spillway/model/profile/histories.ts";
import { toShared } from "@spillway/model/workers/shared-memory.ts";
import { inlinePool } from "@spillway/model/workers/pool.ts";
import { readProfileRange, type RowidRange } from "@spillway/store/profiles/profile-ranges.ts";
import { decodeProfiles } from "../ingest/read-audience-chunk.ts";
import type { AudienceFrame } from "./live-audience.ts";

export type PlacedRange = PlacedUsers & { readonly histories: Histories; readonly rowids: Uint32Array };

export type PlaceRange = { readonly path: string; readonly range: RowidRange; readonly frame: AudienceFrame };

export async function placeRange({ path, range, frame }: PlaceRange): Promise<PlacedRange> {
  const sqlite = new Sqlite(path, { readonly: true });
  try {
    return await readAndPlace(sqlite, range, frame);
  } finally {
    sqlite.close();
  }
}

export async function readAndPlace(
  sqlite: Sqlite.Database,
  range: RowidRange,
  { nodes, taste, table, asOfMs }: AudienceFrame,
): Promise<PlacedRange> {
  const audience = decodeProfiles(readProfileRange(sqlite, range), table, asOfMs);
  const { examples, assigned, halfVisits } = await placeAudience(nodes, taste, audience, inlinePool);
  return {
    histories: audience.histories,
    rowids: audience.rowids ?? new Uint32Array(0),
    examples: toShared(examples),
    assigned: toShared(assigned),
    halfVisits: toShared(halfVisits),
  };
}
