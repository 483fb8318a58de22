/**
 * The typed documents of the store that more than one part reads: clock, fold cursor, retiring clusters,
 * splits.
 */
import type { ClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { parseClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import * as z from "zod/mini";
import type { Database } from "./database.ts";
import { getDocument, putDocument } from "./documents.ts";

const clockSchema = z.object({ offsetMs: z.number() });
const cursorSchema = z.object({ seq: z.int() });
const retiringSchema = z.record(z.string(), z.number());
const splitsSchema = z.array(
  z.object({
    cluster: z.string(),
    signal: z.string(),
    children: z.int(),
    members: z.int(),
    gainShare: z.number(),
    z: z.number(),
  }),
);
const indexSchema = z.object({ index: z.unknown(), hash: z.string() });

/** The difference between the content's clock and the real clock; it is 0 except in the demo. */
export function clockOffsetMs(database: Database): number {
  return getDocument(database, "clock", (value) => clockSchema.parse(value))?.value.offsetMs ?? 0;
}

export function putClockOffset(database: Database, offsetMs: number, nowMs: number): void {
  putDocument(database, "clock", { offsetMs }, nowMs);
}

/** The fold cursor: every event up to this `seq` has been folded into its user's profile. */
export function foldCursor(database: Database): number {
  return getDocument(database, "fold-cursor", (value) => cursorSchema.parse(value))?.value.seq ?? 0;
}

export function putFoldCursor(database: Database, seq: number, nowMs: number): void {
  putDocument(database, "fold-cursor", { seq }, nowMs);
}

/** Retired cluster → the time, in milliseconds, since which the index no longer names it. */
export function retiringClusters(database: Database): Record<string, number> {
  return getDocument(database, "retiring-clusters", (value) => retiringSchema.parse(value))?.value ?? {};
}

export function putRetiringClusters(
  database: Database,
  since: Readonly<Record<string, number>>,
  nowMs: number,
): void {
  putDocument(database, "retiring-clusters", since, nowMs);
}

/** The index of the newest cycle. `hash` covers everything but its generation and build time. */
export type StoredIndex = { readonly index: ClusterIndex; readonly hash: string };

export function clusterIndex(database: Database): StoredIndex | undefined {
  const document = getDocument(database, "cluster-index", (value) => indexSchema.parse(value));
  const index = document === undefined ? undefined : parseClusterIndex(document.value.index);
  return document === undefined || index?.ok !== true
    ? undefined
    : { index: index.value, hash: document.value.hash };
}

export function putClusterIndex(database: Database, stored: StoredIndex, nowMs: number): void {
  putDocument(database, "cluster-index", stored, nowMs);
}

/** Why each inner node of the cluster tree was split. model/clusters/grow-tree.ts defines the figures. */
export type StoredSplits = z.infer<typeof splitsSchema>;

export function splits(database: Database): StoredSplits {
  return getDocument(database, "splits", (value) => splitsSchema.parse(value))?.value ?? [];
}

export function putSplits(database: Database, stored: StoredSplits, nowMs: number): void {
  putDocument(database, "splits", stored, nowMs);
}
