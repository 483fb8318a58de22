/** Reads the serving log, also while the origin appends to it. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { ServingGaps, ServingLogReader } from "@spillway/shared/protocol/serving-records.ts";
import { shareFolder, type FolderLock } from "@spillway/store/folder/folder-lock.ts";
import { eachRecord } from "./records.ts";

const GAPS = `
  SELECT count(*) AS isolates, coalesce(sum(calls), 0) AS callsCounted,
    coalesce(sum(arrived), 0) AS callsArrived, coalesce(sum(lost), 0) AS callsLost
  FROM isolates WHERE last_ms >= ? AND first_ms < ?`;

export type ServingLogFile = { readonly sqlite: Sqlite.Database; readonly close: () => void };

/** Throws a RangeError that names `path` when there is no log, and an Error when it cannot be read. */
export function openServingLogFile(path: string): ServingLogFile {
  if (!existsSync(path))
    throw new RangeError(`there is no serving log ${path}; the origin writes it (SPILLWAY_DATA)`);
  let sqlite: Sqlite.Database;
  let folder: FolderLock | undefined;
  try {
    folder = shareFolder(dirname(path), true);
    sqlite = new Sqlite(path, { readonly: true, fileMustExist: true });
  } catch (error) {
    folder?.release();
    const reason = reasonOf(error);
    throw new Error(`cannot read the serving log ${path}: ${reason}`, { cause: error });
  }
  const close = (): void => {
    sqlite.close();
    folder?.release();
  };
  return { sqlite, close };
}

/** Throws as {@link openServingLogFile} does. */
export function openServingLogReader(path: string): ServingLogReader {
  const { sqlite, close } = openServingLogFile(path);
  const ofDay = sqlite.prepare<[number], Buffer>("SELECT records FROM reports WHERE day = ?").pluck();
  const namesOf = (table: "names" | "networks"): Map<number, string> =>
    new Map(sqlite.prepare<[], [number, string]>(`SELECT number, name FROM ${table}`).raw().all());
  return {
    eachOfDay: (day, visit) => {
      for (const records of ofDay.iterate(day)) eachRecord(records, visit);
    },
    days: () => sqlite.prepare<[], number>("SELECT DISTINCT day FROM reports ORDER BY day").pluck().all(),
    gaps: (fromMs, toMs) =>
      sqlite.prepare<[number, number], ServingGaps>(GAPS).get(fromMs, toMs) ?? {
        isolates: 0,
        callsCounted: 0,
        callsArrived: 0,
        callsLost: 0,
      },
    names: () => namesOf("names"),
    networks: () => namesOf("networks"),
    close,
  };
}
