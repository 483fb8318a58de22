/**
 * Prunes old events. What was folded from them stays in the profiles, and an event that arrives again after
 * it was pruned is still known.
 */
import { hash } from "node:crypto";
import { transact, type Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";
import { foldCursor } from "../state.ts";
import { dayOf } from "./count-once.ts";
import { engagementCursor } from "./engagement.ts";

const DAY_MS = 24 * 3600 * 1000;

/** One batch takes some tens of milliseconds, for which the serving process may wait for the write lock. */
const BATCH = 2000;
/**
 * An event that arrives again later than this after it was pruned counts as a new one. No queue keeps it for
 * so long; only the outbox of a device that was off might.
 */
const REMEMBERED_DAYS = 400;

/**
 * Deletes events that arrived more than `keepDays` ago, the oldest first, as far as they are folded into
 * profiles and counted for engagement. Returns how many, once all are deleted or `goOn` says no.
 */
export function pruneEvents(
  database: Database,
  keepDays: number,
  nowMs: number,
  goOn: () => boolean = () => true,
): number {
  const { oldest, remember, remove, forget } = statements(database);
  let pruned = 0;
  let last: number;
  do {
    last = transact(database, () => {
      const done = Math.min(foldCursor(database), engagementCursor(database));
      const rows = oldest.all(done, BATCH);
      // Arrivals are in the order of `seq`, as far as the clock of the origin went forward.
      const young = rows.findIndex(([, , receivedMs]) => receivedMs >= nowMs - keepDays * DAY_MS);
      const old = young === -1 ? rows : rows.slice(0, young);
      for (const [seq, id] of old) {
        remember.run(keyOf(id), dayOf(nowMs));
        remove.run(seq);
      }
      return old.length;
    });
    pruned += last;
  } while (last === BATCH && goOn());
  while (forget.run(dayOf(nowMs) - REMEMBERED_DAYS, BATCH).changes === BATCH && goOn());
  return pruned;
}

const statements = perDatabase(({ sqlite }) => ({
  oldest: sqlite
    .prepare<[number, number], [seq: number, id: string, receivedMs: number]>(
      "SELECT seq, id, received_ms FROM events WHERE seq <= ? ORDER BY seq LIMIT ?",
    )
    .raw(),
  remember: sqlite.prepare<[bigint, number]>("INSERT OR IGNORE INTO pruned_events VALUES (?, ?)"),
  remove: sqlite.prepare<[number]>("DELETE FROM events WHERE seq = ?"),
  forget: sqlite.prepare<[number, number]>(
    "DELETE FROM pruned_events WHERE key IN (SELECT key FROM pruned_events WHERE day < ? LIMIT ?)",
  ),
}));

const selectAny = perDatabase(({ sqlite }) => sqlite.prepare("SELECT 1 FROM pruned_events LIMIT 1"));
const selectKey = perDatabase(({ sqlite }) =>
  sqlite.prepare<[bigint]>("SELECT 1 FROM pruned_events WHERE key = ?"),
);

/** Returns a test whether the event with an id was stored and then pruned. */
export function prunedTest(database: Database): (id: string) => boolean {
  if (selectAny(database).get() === undefined) return () => false;
  const select = selectKey(database);
  return (id) => select.get(keyOf(id)) !== undefined;
}

/** Among a billion pruned events, a new one is taken for one of them once in 18 billion. */
function keyOf(id: string): bigint {
  return hash("sha256", id, "buffer").readBigInt64BE(0);
}
