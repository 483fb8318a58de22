/**
 * Runs on the thread that reads and prepares snapshots. A read takes up to a second, which would delay every
 * answer.
 */
import { constants, setPriority } from "node:os";
import { openDatabase } from "@spillway/store/database.ts";
import type { SnapshotData } from "./snapshot-data.ts";
import { createSnapshotReader, type SnapshotReader } from "./snapshot-reader.ts";

export type ReadRequest = {
  readonly path: string;
  readonly nowMs: number;
  /** The signature of the current snapshot. */
  readonly known: string;
};

// On Linux a priority belongs to a thread. Elsewhere it would be that of the whole serving process.
if (process.platform === "linux") setPriority(constants.priority.PRIORITY_LOW);

let reader: SnapshotReader | undefined;

export function readSnapshot({ path, nowMs, known }: ReadRequest): SnapshotData | undefined {
  reader ??= createSnapshotReader(openDatabase(path, { readonly: true }));
  return reader(nowMs, known);
}
