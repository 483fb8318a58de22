/** Forgets the serving log's oldest days, a little at a time, so that no answer waits for it. */
import type { ServingLog } from "./serving-log.ts";

const DAY_MS = 86_400_000;
/** Some 2 ms; with a turn every two seconds 4 million reports a day. */
const REPORTS_PER_TURN = 100;
const EVERY_MS = 2000;

/** One turn; today is one of the `keepDays`. */
export function pruneServingLog(
  { sqlite }: Pick<ServingLog, "sqlite">,
  keepDays: number,
  nowMs: number,
): void {
  const firstDay = Math.floor(nowMs / DAY_MS) - keepDays + 1;
  sqlite
    .prepare<[number, number]>(
      "DELETE FROM reports WHERE rowid IN (SELECT rowid FROM reports WHERE day < ? LIMIT ?)",
    )
    .run(firstDay, REPORTS_PER_TURN);
  sqlite.prepare<[number]>("DELETE FROM isolates WHERE last_ms < ?").run(firstDay * DAY_MS);
}

/** Until the returned function is called. `onError` gets what a turn throws; the next one tries again. */
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
      onError(error);
    }
  }, EVERY_MS);
  return () => clearInterval(timer);
}
