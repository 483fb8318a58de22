/**
 * Keeps the snapshot in step with the store and with the clock, between requests and without holding one up.
 */
import { Piscina } from "piscina";
import { editorialDocument } from "../../editorial/editorial-document.ts";
import { dataVersion, type Database } from "@spillway/store/database.ts";
import { itemById } from "@spillway/store/catalogue/items.ts";
import { getPins } from "@spillway/store/operators/pins.ts";
import type { SnapshotData } from "./snapshot-data.ts";
import { createSnapshotReader } from "./snapshot-reader.ts";
import type { ReadRequest } from "./snapshot-worker.ts";
import { toSnapshot, withChangedItems, withEditorial, type Snapshot } from "./snapshot.ts";

export type LiveSnapshot = {
  readonly current: () => Snapshot;
  readonly clockOffsetMs: () => number;
  /**
   * After a change by this process, for the very next request; other processes' commits are noticed by
   * themselves.
   */
  readonly pinsChanged: () => void;
  /** The same. An item that comes back, or belongs in other carousels now, does so a moment later. */
  readonly itemsChanged: (ids: readonly string[]) => void;
  readonly stop: () => void;
};

const LOOK_EVERY_MS = 250;
const WORKER = new URL("snapshot-worker.ts", import.meta.url);

export type LiveSnapshotOptions = {
  readonly database: Database;
  readonly now: () => number;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** The store could not be read this time; the snapshot stays as it is. */
  readonly onError: (error: unknown) => void;
};

/** The first snapshot is read at once, by the caller's thread; all others by one of their own. */
export function createLiveSnapshot({
  database,
  now,
  onSnapshot,
  onError,
}: LiveSnapshotOptions): LiveSnapshot {
  const thread = new Piscina({
    filename: WORKER.href,
    name: "readSnapshot",
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: Infinity,
  });
  let version = dataVersion(database.sqlite);
  const first = createSnapshotReader(database)(now());
  if (first === undefined) throw new Error("the first reading of the store found nothing newer than nothing");
  let snapshot = toSnapshot(first);
  let reading = false;
  let stopped = false;
  let outdated = false;
  /** By this process, since the newest reading began: it may have come too late for them. */
  let own = { changes: 0, ids: new Set<string>() };

  const show = (next: Snapshot): void => {
    snapshot = next;
    onSnapshot(next);
  };
  const changedBy = (before: Snapshot, ids: ReadonlySet<string>): Snapshot => {
    const { clockOffsetMs } = before.data;
    const items = [...ids].map((id) => itemById(database, id)).filter((row) => row !== undefined);
    const find = (id: string) => itemById(database, id)?.item;
    return withEditorial(
      withChangedItems(before, items, now() + clockOffsetMs),
      editorialDocument(getPins(database).value, find, clockOffsetMs, now()),
    );
  };
  const change = (ids: readonly string[]): void => {
    own.changes += 1;
    for (const id of ids) own.ids.add(id);
    outdated = true;
    show(changedBy(snapshot, new Set(ids)));
  };
  const read = async (): Promise<void> => {
    reading = true;
    outdated = false;
    version = dataVersion(database.sqlite);
    own = { changes: 0, ids: new Set() };
    try {
      const request: ReadRequest = {
        path: database.sqlite.name,
        nowMs: now(),
        known: snapshot.data.signature,
      };
      const data = (await thread.run(request)) as SnapshotData | undefined;
      if (data === undefined || stopped) return;
      const next = toSnapshot(data);
      show(own.changes === 0 ? next : changedBy(next, own.ids));
    } catch (error) {
      outdated = true;
      if (!stopped) onError(error);
    } finally {
      reading = false;
    }
  };
  const look = (): void => {
    if (reading) return;
    try {
      const due = now() >= snapshot.data.prepared.untilMs;
      if (outdated || due || dataVersion(database.sqlite) !== version) void read();
    } catch (error) {
      onError(error);
    }
  };
  onSnapshot(snapshot);
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    current: () => snapshot,
    clockOffsetMs: () => snapshot.data.clockOffsetMs,
    pinsChanged: () => change([]),
    itemsChanged: change,
    stop: () => {
      stopped = true;
      clearInterval(timer);
      void thread.destroy();
    },
  };
}
