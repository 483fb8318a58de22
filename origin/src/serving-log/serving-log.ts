/**
 * Stores the serving log in a file of its own, so that its writes never delay those of events. The log is
 * append-only: a report is one row and one write, however many users are in it. A report that arrives again
 * is ignored.
 */
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import {
  AGENT_CLASSES,
  LOGGED_AS,
  LOGGED_REASONS,
  type ServingRecord,
  type SampledTuple,
  type ServingReport,
} from "@spillway/shared/protocol/serving-log.ts";
import { BUSY_TIMEOUT_MS, DatabaseError } from "@spillway/store/database.ts";
import { ensureFolder } from "@spillway/store/ensure-folder.ts";
import { createPrivateFile } from "@spillway/store/folder/private-files.ts";
import { shareFolder, type FolderLock } from "@spillway/store/folder/folder-lock.ts";
import { unpackTuple } from "@spillway/shared/sample/unpack-tuple.ts";
import type { Draw } from "@spillway/shared/sample/weighted-reservoir.ts";
import { createPendingSample, PENDING_SCHEMA, type ArrivedTuples } from "../sample/pending-sample.ts";
import { MAX_SHORT_NAME, packRecords, type PackedRecord } from "./records.ts";

export type ServingLog = {
  /** Stores the whole part or nothing. Returns false for a part that is stored already. */
  readonly store: (report: ServingReport, receivedMs: number) => boolean;
  readonly sqlite: Sqlite.Database;
  readonly close: () => void;
};

export type ServingLogOptions = {
  readonly draw: Draw;
  /** What became of a stored part's decision tuples. */
  readonly onTuples: (arrived: ArrivedTuples) => void;
};

const MINUTES_PER_DAY = 1440;

/**
 * `day` counts UTC days since 1970; a report around midnight is two rows. `records` are packed by records.ts.
 * `kv_reads` has what arrived in a minute since 1970: reads that isolates told of, and the calls of the
 * reports that told of any.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS names (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS networks (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS reports (
    isolate TEXT NOT NULL, sequence INTEGER NOT NULL, part INTEGER NOT NULL, day INTEGER NOT NULL,
    received_ms INTEGER NOT NULL, records BLOB NOT NULL,
    UNIQUE (isolate, sequence, part, day)
  );
  CREATE INDEX IF NOT EXISTS reports_day ON reports (day);
  CREATE TABLE IF NOT EXISTS isolates (
    isolate TEXT PRIMARY KEY, calls INTEGER NOT NULL, lost INTEGER NOT NULL, arrived INTEGER NOT NULL,
    first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS isolates_last ON isolates (last_ms);
  CREATE TABLE IF NOT EXISTS kv_reads (minute INTEGER PRIMARY KEY, reads INTEGER NOT NULL, calls INTEGER NOT NULL);
`;

/**
 * Throws a DatabaseError that names `path` when it cannot be opened. A power cut may undo the newest commits
 * (synchronous = NORMAL); the isolates' running totals then show how many calls are missing. Without `sample`
 * decision tuples are not stored.
 */
export function openServingLog(path: string, sample?: ServingLogOptions): ServingLog {
  let sqlite: Sqlite.Database;
  let folder: FolderLock | undefined;
  try {
    if (path !== ":memory:") {
      ensureFolder(dirname(path));
      createPrivateFile(path);
      folder = shareFolder(dirname(path), false);
    }
    sqlite = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS });
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = NORMAL");
    sqlite.pragma("secure_delete = ON");
    sqlite.exec(SCHEMA);
    sqlite.exec(PENDING_SCHEMA);
  } catch (error) {
    folder?.release();
    const reason = reasonOf(error);
    throw new DatabaseError(`cannot open the serving log ${path}: ${reason}`, { cause: error });
  }
  const add = sqlite.prepare<[string, number, number, number, number, Buffer]>(
    "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const addIsolate = sqlite.prepare(
    `INSERT INTO isolates VALUES (@isolate, @calls, @lost, @arrived, @receivedMs, @receivedMs)
     ON CONFLICT DO UPDATE SET calls = max(calls, excluded.calls), lost = max(lost, excluded.lost),
       arrived = arrived + excluded.arrived, last_ms = max(last_ms, excluded.last_ms)`,
  );
  const addKvReads = sqlite.prepare<[number, number, number]>(
    `INSERT INTO kv_reads VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET reads = reads + excluded.reads, calls = calls + excluded.calls`,
  );
  const names = createNames(sqlite, "names");
  const networks = createNames(sqlite, "networks");
  const pending = sample && createPendingSample(sqlite, sample.draw);
  const store = sqlite.transaction((report: ServingReport, receivedMs: number): ArrivedTuples | undefined => {
    const { isolate, sequence, part, totals, kvReads, records, tuples = [] } = report;
    let arrived = 0;
    // Its row tells when the part arrives again, also where it has tuples alone.
    if (records.length === 0) {
      const day = dayOfTuples(tuples);
      if (add.run(isolate, sequence, part, day, receivedMs, NO_RECORDS).changes === 0) return undefined;
    }
    for (const [day, own] of Map.groupBy(records, ({ minute }) => Math.floor(minute / MINUTES_PER_DAY))) {
      const packed = packRecords(own.map((record) => toPacked(record, names.numberOf, networks.numberOf)));
      if (add.run(isolate, sequence, part, day, receivedMs, packed).changes === 0) return undefined;
      arrived += own.reduce((sum, { calls }) => sum + calls, 0);
    }
    addIsolate.run({ isolate, ...totals, arrived, receivedMs });
    // Each part of a report has all of its reads.
    if (kvReads !== undefined)
      addKvReads.run(Math.floor(receivedMs / 60_000), part === 0 ? kvReads : 0, arrived);
    return pending?.add(tuples) ?? NO_TUPLES;
  });
  const storeWhole = (report: ServingReport, receivedMs: number): boolean => {
    try {
      const arrived = store.immediate(report, receivedMs);
      if (arrived !== undefined) sample?.onTuples(arrived);
      return arrived !== undefined;
    } catch (error) {
      // The transaction is undone, and with it the numbers that names got in it.
      names.forget();
      networks.forget();
      throw error;
    }
  };
  const close = (): void => {
    sqlite.close();
    folder?.release();
  };
  return { store: storeWhole, sqlite, close };
}

const NO_RECORDS = Buffer.alloc(0);
const NO_TUPLES: ArrivedTuples = { kept: 0, thinned: 0, late: 0, invalid: 0 };

function dayOfTuples([first]: readonly SampledTuple[]): number {
  const minute = first && unpackTuple(...first)?.tuple.minute;
  return Math.floor((minute ?? 0) / MINUTES_PER_DAY);
}

/**
 * Gives each name a number. A number that is too large for a record's field is stored as the largest one,
 * which such names then share.
 */
function createNames(
  sqlite: Sqlite.Database,
  table: "names" | "networks",
): { numberOf: (name: string) => number; forget: () => void } {
  const known = new Map<string, number>();
  const find = sqlite.prepare<[string], number>(`SELECT number FROM ${table} WHERE name = ?`).pluck();
  const add = sqlite.prepare<[string]>(`INSERT INTO ${table} (name) VALUES (?)`);
  const numberOf = (name: string): number => {
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const number = find.get(name) ?? Number(add.run(name).lastInsertRowid);
    known.set(name, number);
    return number;
  };
  return { numberOf, forget: () => known.clear() };
}

function toPacked(
  record: ServingRecord,
  nameNumber: (name: string) => number,
  networkNumber: (network: string) => number,
): PackedRecord {
  const short = (name: string): number => Math.min(MAX_SHORT_NAME, nameNumber(name));
  return {
    user: record.user,
    minute: record.minute % MINUTES_PER_DAY,
    as: LOGGED_AS.indexOf(record.as),
    reason: LOGGED_REASONS.indexOf(record.reason),
    agent: AGENT_CLASSES.indexOf(record.agent),
    context: short(record.context),
    cluster: short(record.cluster),
    country: short(record.country),
    network: networkNumber(record.network),
    calls: record.calls,
  };
}
