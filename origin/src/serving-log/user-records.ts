/**
 * Exports or erases the serving log's records of some users, by user hash. Both read the whole log, since it
 * is not sorted by user.
 */
import {
  AGENT_CLASSES,
  LOGGED_AS,
  LOGGED_REASONS,
  NOT_SERVED,
  type ServingRecord,
} from "@spillway/shared/protocol/serving-log.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { eachRecord, packUsers, RECORD_BYTES, withoutUsers } from "./records.ts";
import type { ServingLog } from "./serving-log.ts";

const MINUTES_PER_DAY = 1440;

/** A record as it is stored: what a rollout alone needs is not kept. */
export type KeptRecord = Omit<ServingRecord, "version" | "slow">;

/** Returns the records in the order of their minutes. */
export function servingRecordsOf(
  { sqlite }: Pick<ServingLog, "sqlite">,
  users: readonly UserHash[],
): KeptRecord[] {
  const theirs = packUsers(users);
  const nameOf = finder(sqlite, "names");
  const networkOf = finder(sqlite, "networks");
  const records: KeptRecord[] = [];
  const reports = sqlite.prepare<[], { day: number; records: Buffer }>("SELECT day, records FROM reports");
  for (const report of reports.iterate()) {
    eachRecord(
      report.records,
      (high, low, minute, as, reason, calls, context, cluster, country, network, agent) => {
        if (theirs.get(high)?.includes(low) !== true) return;
        records.push({
          user: [high, low].map((half) => half.toString(16).padStart(8, "0")).join(""),
          minute: report.day * MINUTES_PER_DAY + minute,
          context: nameOf(context),
          as: LOGGED_AS[as] ?? NOT_SERVED,
          reason: LOGGED_REASONS[reason] ?? NOT_SERVED,
          cluster: nameOf(cluster),
          country: nameOf(country),
          network: networkOf(network),
          agent: AGENT_CLASSES[agent] ?? "none",
          calls,
        });
      },
    );
  }
  return records.toSorted((a, b) => a.minute - b.minute);
}

function finder(sqlite: ServingLog["sqlite"], table: "names" | "networks"): (number: number) => string {
  const find = sqlite.prepare<[number], string>(`SELECT name FROM ${table} WHERE number = ?`).pluck();
  return (number) => find.get(number) ?? "";
}

/**
 * Returns how many records were erased. The isolates' totals stay, since they say nothing about single users.
 */
export function eraseServingRecordsOf(
  { sqlite }: Pick<ServingLog, "sqlite">,
  users: readonly UserHash[],
): number {
  const theirs = packUsers(users);
  const all = sqlite.prepare<[], { rowid: number; records: Buffer }>("SELECT rowid, records FROM reports");
  // The rows are found first and changed afterwards, since a connection cannot write while it iterates.
  const rowids: number[] = [];
  for (const { rowid, records } of all.iterate()) {
    if (withoutUsers(records, theirs) !== undefined) rowids.push(rowid);
  }
  const read = sqlite.prepare<[number], Buffer>("SELECT records FROM reports WHERE rowid = ?").pluck();
  const write = sqlite.prepare<[Buffer, number]>("UPDATE reports SET records = ? WHERE rowid = ?");
  let erasedBytes = 0;
  for (const rowid of rowids) {
    const records = read.get(rowid);
    const remaining = records && withoutUsers(records, theirs);
    if (records === undefined || remaining === undefined) continue;
    write.run(remaining, rowid);
    erasedBytes += records.length - remaining.length;
  }
  return erasedBytes / RECORD_BYTES;
}
