/** The thread that reads and prepares snapshots: what takes it a second would hold up every answer. */
import { constants, setPriority } from "node:os";
import { openDatabase } from "@spillway/store/database.ts";
import type { SnapshotData } from "./snapshot-data.ts";
import { createSnapshotReader, type SnapshotReader } from "./snapshot-reader.ts";

export type ReadRequest = {
  readonly path: string;
  readonly nowMs: number;
  /** The signature of what is served. */
  readonly known: string;
};

// Of this thread alone, on Linux; elsewhere it would be the whole process that serves.
if (process.platform === "linux") setPriority(constants.priority.PRIORITY_LOW);

let reader: SnapshotReader | undefined;

export function readSnapshot({ path, nowMs, known }: ReadRequest): SnapshotData | undefined {
  reader ??= createSnapshotReader(openDatabase(path, { readonly: true }));
  return reader(nowMs, known);
}
