/**
 * The serving log at the origin: a file of its own, so that its writes never hold up events. A user's day is one row, to
 * which reports append; each report counts once, however often it comes.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import {
  AGENT_CLASSES,
  LOGGED_AS,
  LOGGED_REASONS,
  type ServingRecord,
  type ServingReport,
} from "@spillway/shared/serving-log.ts";
import { BUSY_TIMEOUT_MS } from "../store/database.ts";
import { MAX_SHORT_NAME, packEntries, type ServingEntry } from "./entries.ts";

export type ServingLog = {
  /** All or nothing. False for a part that is known already. */
  readonly store: (report: ServingReport, receivedMs: number) => boolean;
  readonly sqlite: Sqlite.Database;
  readonly close: () => void;
};

const MINUTES_PER_DAY = 1440;

/** `day`: since 1970, UTC. `user`: 8 bytes, see shared/src/user-hash.ts. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS names (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS user_days (
    day INTEGER NOT NULL, user BLOB NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (day, user)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parts (
    isolate TEXT NOT NULL, sequence INTEGER NOT NULL, part INTEGER NOT NULL, received_ms INTEGER NOT NULL,
    PRIMARY KEY (isolate, sequence, part)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS isolates (
    isolate TEXT PRIMARY KEY, calls INTEGER NOT NULL, lost INTEGER NOT NULL, arrived INTEGER NOT NULL,
    first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
`;

/**
 * A power cut may undo the newest commits (synchronous = NORMAL): the isolates' running totals then show what is missing.
 * Throws an error that names `path`.
 */
export function openServingLog(path: string): ServingLog {
  let sqlite: Sqlite.Database;
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    sqlite = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS });
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = NORMAL");
    sqlite.exec(SCHEMA);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot open the serving log ${path}: ${reason}`, { cause: error });
  }
  const addPart = sqlite.prepare<[string, number, number, number]>(
    "INSERT INTO parts VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const append = sqlite.prepare<[number, Buffer, Buffer]>(
    `INSERT INTO user_days VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET entries = CAST(entries || excluded.entries AS BLOB)`,
  );
  const addIsolate = sqlite.prepare(
    `INSERT INTO isolates VALUES (@isolate, @calls, @lost, @arrived, @receivedMs, @receivedMs)
     ON CONFLICT DO UPDATE SET calls = max(calls, excluded.calls), lost = max(lost, excluded.lost),
       arrived = arrived + excluded.arrived, last_ms = max(last_ms, excluded.last_ms)`,
  );
  const names = createNames(sqlite);
  const store = sqlite.transaction((report: ServingReport, receivedMs: number): boolean => {
    const { isolate, sequence, part, totals, records } = report;
    if (addPart.run(isolate, sequence, part, receivedMs).changes === 0) return false;
    const byRow = Map.groupBy(
      records,
      ({ user, minute }) => `${Math.floor(minute / MINUTES_PER_DAY)} ${user}`,
    );
    for (const own of byRow.values()) {
      const [first] = own;
      if (first === undefined) continue;
      const entries = own.map((record) => toEntry(record, names.numberOf));
      append.run(
        Math.floor(first.minute / MINUTES_PER_DAY),
        Buffer.from(first.user, "hex"),
        packEntries(entries),
      );
    }
    const arrived = records.reduce((sum, { calls }) => sum + calls, 0);
    addIsolate.run({ isolate, ...totals, arrived, receivedMs });
    return true;
  });
  const storeWhole = (report: ServingReport, receivedMs: number): boolean => {
    try {
      return store.immediate(report, receivedMs);
    } catch (error) {
      // Numbers that were given in it are undone with it.
      names.forget();
      throw error;
    }
  };
  return { store: storeWhole, sqlite, close: () => sqlite.close() };
}

/** One number for each name ever seen. Beyond what an entry has room for, further short names share the last number. */
function createNames(sqlite: Sqlite.Database): { numberOf: (name: string) => number; forget: () => void } {
  const known = new Map<string, number>();
  const find = sqlite.prepare<[string], number>("SELECT number FROM names WHERE name = ?").pluck();
  const add = sqlite.prepare<[string]>("INSERT INTO names (name) VALUES (?)");
  const numberOf = (name: string): number => {
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const number = find.get(name) ?? Number(add.run(name).lastInsertRowid);
    known.set(name, number);
    return number;
  };
  return { numberOf, forget: () => known.clear() };
}

function toEntry(record: ServingRecord, numberOf: (name: string) => number): ServingEntry {
  const short = (name: string): number => Math.min(MAX_SHORT_NAME, numberOf(name));
  return {
    minute: record.minute % MINUTES_PER_DAY,
    as: LOGGED_AS.indexOf(record.as),
    reason: LOGGED_REASONS.indexOf(record.reason),
    agent: AGENT_CLASSES.indexOf(record.agent),
    context: short(record.context),
    cluster: short(record.cluster),
    country: short(record.country),
    network: numberOf(record.network),
    calls: record.calls,
  };
}
