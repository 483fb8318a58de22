/** Keeps the snapshot in step with the store and with the clock, between requests. */
import { dataVersion, type Database } from "../store/database.ts";
import { nextChangeMs } from "../ranking/availability.ts";
import { loadState, stateSignature } from "./load-state.ts";
import { buildSnapshot, type Snapshot } from "./snapshot.ts";

export type LiveSnapshot = {
  readonly current: () => Snapshot;
  readonly clockOffsetMs: () => number;
  /** After a change by this process: other processes' commits are noticed by themselves. */
  readonly reload: () => void;
  readonly stop: () => void;
};

const LOOK_EVERY_MS = 250;
/** Freshness moves slowly: shelves prepared a minute ago are still right, availability apart. */
const PREPARE_EVERY_MS = 60_000;

export type LiveSnapshotOptions = {
  readonly database: Database;
  readonly now: () => number;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** The store could not be read this time; the snapshot stays as it is. */
  readonly onError: (error: unknown) => void;
};

export function createLiveSnapshot({
  database,
  now,
  onSnapshot,
  onError,
}: LiveSnapshotOptions): LiveSnapshot {
  let version = dataVersion(database.sqlite);
  let signature = stateSignature(database);
  let state = loadState(database);
  let snapshot: Snapshot;
  let prepareAtMs: number;

  const prepare = (): void => {
    snapshot = buildSnapshot(state, now());
    const changeMs = nextChangeMs(
      state.catalogue.map(({ item }) => item),
      now() + state.clockOffsetMs,
    );
    prepareAtMs = Math.min(now() + PREPARE_EVERY_MS, changeMs - state.clockOffsetMs);
    onSnapshot(snapshot);
  };
  const reload = (): void => {
    signature = stateSignature(database);
    state = loadState(database);
    prepare();
  };
  const look = (): void => {
    const newest = dataVersion(database.sqlite);
    const changed = newest !== version && stateSignature(database) !== signature;
    version = newest;
    if (changed) reload();
    // An item's window opened or closed, or freshness has moved on.
    else if (now() >= prepareAtMs) prepare();
  };
  prepare();
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      onError(error);
    }
  }, LOOK_EVERY_MS);
  return {
    current: () => snapshot,
    clockOffsetMs: () => state.clockOffsetMs,
    reload,
    stop: () => clearInterval(timer),
  };
}
