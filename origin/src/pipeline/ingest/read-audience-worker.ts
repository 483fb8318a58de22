/** Runs on a worker thread: reads one range of the profiles through a connection of its own. */
import Sqlite from "better-sqlite3";
import type { Audience } from "@spillway/model/clusters/audience.ts";
import { readProfileRange, type RowidRange } from "@spillway/store/profiles/profile-ranges.ts";
import { decodeProfiles } from "./read-audience-chunk.ts";
import type { CatalogueTable } from "./read-audience-history.ts";

export type ReadChunk = {
  readonly path: string;
  readonly range: RowidRange;
  readonly table: CatalogueTable;
  readonly nowMs: number;
  /** Of the range's users. */
  readonly share: number;
};

export function readChunk({ path, range, table, nowMs, share }: ReadChunk): Audience {
  const sqlite = new Sqlite(path, { readonly: true });
  try {
    return decodeProfiles(readProfileRange(sqlite, range), table, nowMs, share);
  } finally {
    sqlite.close();
  }
}
