/** Keeps the snapshot in step with the store and with the clock, between requests. */
import { dataVersion, type Database } from "../store/database.ts";
import { clockOffsetMs } from "../store/state.ts";
import { nextChangeMs } from "../ranking/availability.ts";
import { loadState, stateSignature } from "./load-state.ts";
import { buildSnapshot, type Snapshot, type StoredState } from "./snapshot.ts";

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

export function createLiveSnapshot(
  database: Database,
  now: () => number,
  onState: (state: StoredState) => void,
): LiveSnapshot {
  let version = dataVersion(database.sqlite);
  let signature = stateSignature(database);
  let offsetMs = clockOffsetMs(database);
  let state = loadState(database, now());
  let snapshot: Snapshot;
  let prepareAtMs: number;

  const prepare = (): void => {
    const contentNowMs = now() + offsetMs;
    snapshot = buildSnapshot(state, contentNowMs);
    const changeMs = nextChangeMs(
      state.catalogue.map(({ item }) => item),
      contentNowMs,
    );
    prepareAtMs = Math.min(now() + PREPARE_EVERY_MS, changeMs - offsetMs);
    onState(state);
  };
  const reload = (): void => {
    signature = stateSignature(database);
    offsetMs = clockOffsetMs(database);
    state = loadState(database, now());
    prepare();
  };
  const look = (): void => {
    const newest = dataVersion(database.sqlite);
    if (newest !== version) {
      version = newest;
      if (stateSignature(database) !== signature) return reload();
    }
    if (now() < prepareAtMs) return undefined;
    // An item's window opened or closed: pinned items follow it too.
    state = loadState(database, now());
    return prepare();
  };
  prepare();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    current: () => snapshot,
    clockOffsetMs: () => offsetMs,
    reload,
    stop: () => clearInterval(timer),
  };
}
