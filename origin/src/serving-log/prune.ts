/** Deletes the oldest days of the serving log in short turns, so that no answer waits for it. */
import { isStorageBusy } from "@spillway/store/database.ts";
import type { ServingLog } from "./serving-log.ts";

const DAY_MS = 86_400_000;
const ROWS_AT_ONCE = 100;
const EVERY_MS = 1000;
/**
 * A turn takes 10 ms of each second, 1 % of the serving thread's time. A hundred rows take about 2 ms, so
 * that 40 million rows can be deleted in a day. That is as many as 4,600 isolates send, at a report every ten
 * seconds.
 */
const TURN_MS = 10;

/** Does one turn, and returns how many rows it deleted. Today counts as one of the `keepDays`. */
export function pruneServingLog(
  { sqlite }: Pick<ServingLog, "sqlite">,
  keepDays: number,
  nowMs: number,
): number {
  const firstDay = Math.floor(nowMs / DAY_MS) - keepDays + 1;
  const untilMs = performance.now() + TURN_MS;
  const dropReports = sqlite.prepare<[number, number]>(
    "DELETE FROM reports WHERE rowid IN (SELECT rowid FROM reports WHERE day < ? LIMIT ?)",
  );
  const dropIsolates = sqlite.prepare<[number, number]>(
    "DELETE FROM isolates WHERE isolate IN (SELECT isolate FROM isolates WHERE last_ms < ? LIMIT ?)",
  );
  const dropKvReads = sqlite.prepare<[number, number]>(
    "DELETE FROM kv_reads WHERE minute IN (SELECT minute FROM kv_reads WHERE minute < ? LIMIT ?)",
  );
  let dropped = 0;
  for (const drop of [
    () => dropReports.run(firstDay, ROWS_AT_ONCE),
    () => dropIsolates.run(firstDay * DAY_MS, ROWS_AT_ONCE),
    () => dropKvReads.run((firstDay * DAY_MS) / 60_000, ROWS_AT_ONCE),
  ]) {
    let changes: number;
    do {
      ({ changes } = drop());
      dropped += changes;
    } while (changes === ROWS_AT_ONCE && performance.now() < untilMs);
  }
  return dropped;
}

/**
 * Prunes until the returned function is called. `onError` gets what a turn throws; the next turn tries again.
 */
export function keepPruned(
  log: Pick<ServingLog, "sqlite">,
  keepDays: number,
  now: () => number,
  onError: (error: unknown) => void,
): () => void {
  const timer = setInterval(() => {
    try {
      pruneServingLog(log, keepDays, now());
    } catch (error) {
      // Another process writes at this moment; the next turn is soon.
      if (!isStorageBusy(error)) onError(error);
    }
  }, EVERY_MS);
  return () => clearInterval(timer);
}
