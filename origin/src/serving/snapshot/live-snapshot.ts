/** Keeps the snapshot up to date with the store and with the clock, without delaying a request. */
import { Piscina } from "piscina";
import { editorialDocument } from "./editorial-document.ts";
import { dataVersion, type Database } from "@spillway/store/database.ts";
import { catalogueVersion } from "@spillway/store/catalogue/catalogue-change.ts";
import { allSeqs, itemById } from "@spillway/store/catalogue/items.ts";
import { getPins } from "@spillway/store/operators/pins.ts";
import type { SnapshotData } from "./snapshot-data.ts";
import { createSnapshotReader } from "./snapshot-reader.ts";
import type { ReadRequest } from "./snapshot-worker.ts";
import { hiddenItems } from "./hidden-items.ts";
import { toSnapshot, withChangedItems, withEditorial, withoutGoneItems, type Snapshot } from "./snapshot.ts";

export type LiveSnapshot = {
  readonly current: () => Snapshot;
  readonly clockOffsetMs: () => number;
  /**
   * To be called after this process has changed the pins: the next request sees the change. Commits of other
   * processes are noticed automatically.
   */
  readonly pinsChanged: () => void;
  /**
   * To be called after this process has changed items. What pages show of them, and takedowns, hold from the
   * next request on; an item that is available again, or belongs in other carousels now, follows with the
   * next read of the store.
   */
  readonly itemsChanged: (ids: readonly string[]) => void;
  readonly stop: () => void;
};

const CHECK_EVERY_MS = 250;
const WORKER = new URL("snapshot-worker.ts", import.meta.url);

export type LiveSnapshotOptions = {
  readonly database: Database;
  readonly now: () => number;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** Called when the store could not be read. The snapshot stays as it is, and the read is tried again. */
  readonly onError: (error: unknown) => void;
};

/** The first snapshot is read at once on the caller's thread, all later ones on a thread of their own. */
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
  if (first === undefined) throw new Error("the first read of the store returned no snapshot");
  let snapshot = toSnapshot(first);
  let reading = false;
  let stopped = false;
  let outdated = false;
  /** The changes by this process since the newest read began, which that read may not have seen. */
  let ownChanges = { count: 0, ids: new Set<string>() };
  /** The change of the catalogue that the snapshot has seen, and when that was last compared. */
  let seenChange = snapshot.data.catalogueVersion;
  let comparedVersion = version;

  const replaceBy = (next: Snapshot): void => {
    snapshot = next;
    onSnapshot(next);
  };
  const withOwnChanges = (before: Snapshot, ids: ReadonlySet<string>): Snapshot => {
    const { clockOffsetMs } = before.data;
    const items = [...ids].map((id) => itemById(database, id)).filter((entry) => entry !== undefined);
    const find = (id: string) => itemById(database, id)?.item;
    return withEditorial(
      withChangedItems(before, items, now() + clockOffsetMs),
      editorialDocument(
        getPins(database).value,
        find,
        clockOffsetMs,
        now(),
        hiddenItems(database, now(), clockOffsetMs),
      ),
    );
  };
  /**
   * An import by another process holds from the next request on: what it deleted or took down is shown no
   * more, and what it restricted to nobody else. Looking for it takes a microsecond or two, as long as nobody
   * has committed anything.
   */
  const applyImports = (): void => {
    const nowVersion = dataVersion(database.sqlite);
    if (nowVersion === comparedVersion) return;
    comparedVersion = nowVersion;
    const change = catalogueVersion(database);
    if (change === seenChange) return;
    seenChange = change;
    outdated = true;
    const { ids, restricted } = hiddenItems(database, now(), snapshot.data.clockOffsetMs);
    const changedIds = new Set([...ids, ...restricted.map(({ id }) => id)]);
    replaceBy(withOwnChanges(withoutGoneItems(snapshot, allSeqs(database)), changedIds));
  };
  const change = (ids: readonly string[]): void => {
    applyImports();
    ownChanges.count += 1;
    for (const id of ids) ownChanges.ids.add(id);
    outdated = true;
    // Its own changes are none that another process made.
    seenChange = catalogueVersion(database);
    replaceBy(withOwnChanges(snapshot, new Set(ids)));
  };
  const read = async (): Promise<void> => {
    reading = true;
    outdated = false;
    version = dataVersion(database.sqlite);
    ownChanges = { count: 0, ids: new Set() };
    try {
      const request: ReadRequest = {
        path: database.sqlite.name,
        nowMs: now(),
        known: snapshot.data.signature,
      };
      const data = (await thread.run(request)) as SnapshotData | undefined;
      if (data === undefined || stopped) return;
      const next = toSnapshot(data);
      // It may have been read before an import committed: then the next request applies that once more.
      seenChange = data.catalogueVersion;
      comparedVersion = -1;
      replaceBy(ownChanges.count === 0 ? next : withOwnChanges(next, ownChanges.ids));
    } catch (error) {
      outdated = true;
      if (!stopped) onError(error);
    } finally {
      reading = false;
    }
  };
  const readIfChanged = (): void => {
    if (reading) return;
    try {
      const expired = now() >= snapshot.data.prepared.untilMs;
      if (outdated || expired || dataVersion(database.sqlite) !== version) void read();
    } catch (error) {
      onError(error);
    }
  };
  onSnapshot(snapshot);
  const timer = setInterval(readIfChanged, CHECK_EVERY_MS);
  return {
    current: () => {
      try {
        applyImports();
      } catch (error) {
        onError(error);
      }
      return snapshot;
    },
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
