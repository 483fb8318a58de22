/** What the newest complete writing of the viewer map was like. */
import * as z from "zod/mini";
import type { Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";

const KEY = "viewer-map";

const reportSchema = z.object({
  /** 2^bits shards; null: no history may travel by the map, and KV holds none. */
  bits: z.nullable(z.int()),
  users: z.int(),
  /** Shards with anybody in them. */
  shards: z.int(),
  /** Of all shards. */
  bytes: z.int(),
  medianBytes: z.int(),
  p99Bytes: z.int(),
  /** Titles that had no room in a state. */
  titlesDropped: z.int(),
  /** People with a history who were left out, since there are more than the map may have. */
  usersLeftOut: z.int(),
  /** Keys that this writing changed in KV. */
  writes: z.int(),
  startedMs: z.number(),
  endedMs: z.number(),
  /** No writing begins before. */
  nextMs: z.number(),
});

export type ViewerMapReport = z.infer<typeof reportSchema>;

export function viewerMapReport(database: Database): ViewerMapReport | undefined {
  return getDocument(database, KEY, (value) => reportSchema.parse(value))?.value;
}

export function putViewerMapReport(database: Database, report: ViewerMapReport): void {
  putDocument(database, KEY, report, report.endedMs);
}
