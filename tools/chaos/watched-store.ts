/**
 * The origin's database seen from outside: holds its write lock, slows its transactions down, and records
 * each fold.
 */
import { DatabaseSync } from "node:sqlite";

/** What takes long: to insert an event, to write a profile, or to move the fold's cursor. */
export type Slow = "events" | "profiles" | "cursor";

export type WatchedStore = {
  readonly slow: (what: Slow | "nothing") => void;
  /** Waits for the write lock and keeps it; returns its release. */
  readonly lock: () => () => void;
  /** Somebody is writing. */
  readonly isLocked: () => boolean;
  readonly read: <Row>(query: string) => Row[];
};

/**
 * Steps of a recursive query, a million of them some 400 ms: a transaction can be seen, and hit, in its
 * middle.
 */
const SLOW_STEPS: Readonly<Record<Slow, number>> = { events: 300_000, profiles: 150_000, cursor: 1_200_000 };
const PATIENCE_MS = 30_000;

/**
 * The triggers run inside the origin's own transactions: what they write is committed with them, or not at
 * all. So `chaos_folds` is a true record of which profiles were written between two movements of the fold's
 * cursor.
 */
const WATCH = `
  CREATE TABLE chaos_slow (what TEXT PRIMARY KEY, steps INTEGER);
  CREATE TABLE chaos_folds (at INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT, cursor INTEGER);
  CREATE VIEW chaos_work AS
    WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step LIMIT (SELECT steps FROM chaos_slow)) SELECT max(n) AS n FROM step;
  CREATE TRIGGER chaos_slow_events AFTER INSERT ON events
    WHEN EXISTS (SELECT 1 FROM chaos_slow WHERE what = 'events') BEGIN SELECT n FROM chaos_work; END;
  ${["INSERT", "UPDATE"]
    .map(
      (change) => `
  CREATE TRIGGER chaos_profile_${change} AFTER ${change} ON profiles BEGIN
    INSERT INTO chaos_folds (user) VALUES (new.user);
    SELECT n FROM chaos_work WHERE EXISTS (SELECT 1 FROM chaos_slow WHERE what = 'profiles'); END;
  CREATE TRIGGER chaos_cursor_${change} AFTER ${change} ON documents WHEN new.key = 'fold-cursor' BEGIN
    INSERT INTO chaos_folds (cursor) VALUES (new.json ->> 'seq');
    SELECT n FROM chaos_work WHERE EXISTS (SELECT 1 FROM chaos_slow WHERE what = 'cursor'); END;`,
    )
    .join("")}
`;

export function watchStore(path: string): WatchedStore {
  // Opened for each use: a connection that stays would spare the origin the recovery of its log.
  const open = <Result>(timeoutMs: number, use: (sqlite: DatabaseSync) => Result): Result => {
    const sqlite = new DatabaseSync(path, { timeout: timeoutMs });
    try {
      return use(sqlite);
    } finally {
      sqlite.close();
    }
  };
  open(PATIENCE_MS, (sqlite) => sqlite.exec(WATCH));
  return {
    slow: (what) =>
      open(PATIENCE_MS, (sqlite) => {
        sqlite.exec("BEGIN IMMEDIATE; DELETE FROM chaos_slow");
        if (what !== "nothing")
          sqlite.prepare("INSERT INTO chaos_slow VALUES (?, ?)").run(what, SLOW_STEPS[what]);
        sqlite.exec("COMMIT");
      }),
    lock: () => {
      const sqlite = new DatabaseSync(path, { timeout: PATIENCE_MS });
      sqlite.exec("BEGIN IMMEDIATE");
      return () => sqlite.close();
    },
    isLocked: () =>
      open(0, (sqlite) => {
        try {
          sqlite.exec("BEGIN IMMEDIATE; ROLLBACK");
          return false;
        } catch {
          return true;
        }
      }),
    read: (query) => open(PATIENCE_MS, (sqlite) => sqlite.prepare(query).all() as never),
  };
}
