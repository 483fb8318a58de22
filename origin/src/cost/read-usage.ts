/** Reads what a span of time used, from the serving log and the database, a little at a time. */
import type Sqlite from "better-sqlite3";
import * as z from "zod/mini";
import type { Usage } from "@spillway/simulation/cost/usage.ts";
import type { Database } from "@spillway/store/database.ts";
import { viewerMapReport } from "@spillway/store/profiles/viewer-map.ts";
import { eachReportInTurns } from "../serving-log/in-turns.ts";
import { UsageTally } from "./tally-usage.ts";

export type UsageSources = { readonly servingLog: Sqlite.Database; readonly database: Database };

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const MESSAGES = `SELECT count(*) FROM
  (SELECT DISTINCT isolate, sequence, part FROM reports WHERE day BETWEEN ? AND ? AND received_ms >= ? AND received_ms < ?)`;
/** Missing calls are those of whole lives of isolates, which is as exactly as they are known. */
const ISOLATES = `SELECT count(*) AS isolates, coalesce(sum(max(0, calls - arrived)), 0) AS missing,
    coalesce(sum(min(last_ms, @untilMs) - max(first_ms, @fromMs)), 0) / 1000.0 AS seconds
  FROM isolates WHERE last_ms >= @fromMs AND first_ms < @untilMs`;

const FIRST_SERVED = "SELECT min(first_ms) FROM isolates";
const KV_READS =
  "SELECT coalesce(sum(reads), 0) AS reads, coalesce(sum(calls), 0) AS calls FROM kv_reads WHERE minute >= ? AND minute < ?";

/** `nowMs`: what lies after it cannot have been measured. */
export async function readUsage(
  sources: UsageSources,
  { fromMs, untilMs, nowMs }: { readonly fromMs: number; readonly untilMs: number; readonly nowMs: number },
): Promise<Usage> {
  const { servingLog, database } = sources;
  const tally = new UsageTally(fromMs, untilMs);
  const days = [Math.floor(fromMs / DAY_MS), Math.floor((untilMs - 1) / DAY_MS)] as const;
  await eachReportInTurns(
    servingLog,
    days,
    ({ isolate, day, records }) => tally.add(isolate, day, records),
    () => tally.forgetSilent(),
  );
  const isolates = servingLog
    .prepare<[{ fromMs: number; untilMs: number }], { isolates: number; missing: number; seconds: number }>(
      ISOLATES,
    )
    .get({ fromMs, untilMs });
  const messages = servingLog.prepare<number[], number>(MESSAGES).pluck();
  // An origin of an older version has no such table.
  const countsReads = servingLog
    .prepare<[], number>("SELECT count(*) FROM sqlite_master WHERE name = 'kv_reads'")
    .pluck()
    .get();
  const servedSinceMs = servingLog.prepare<[], number | null>(FIRST_SERVED).pluck().get() ?? fromMs;
  const kvReads =
    countsReads === 1
      ? servingLog
          .prepare<[number, number], Usage["countedKvReads"]>(KV_READS)
          .get(Math.floor(fromMs / MINUTE_MS), Math.ceil(untilMs / MINUTE_MS))
      : undefined;
  // Reports come a little after what they tell of.
  const measuredMs = Math.max(0, Math.min(untilMs, nowMs) - Math.max(fromMs, servedSinceMs - MINUTE_MS));
  return {
    fromMs,
    untilMs,
    measuredMs,
    countedKvReads: kvReads ?? { reads: 0, calls: 0 },
    ...tally.tallied(),
    isolates: isolates?.isolates ?? 0,
    isolateSeconds: isolates?.seconds ?? 0,
    callsMissing: isolates?.missing ?? 0,
    // What was received on the day after may be of the day before.
    servingMessages: messages.get(days[0] - 1, days[1] + 1, fromMs, untilMs) ?? 0,
    ...storedUsage(database, fromMs, untilMs, measuredMs),
  };
}

const cycleSchema = z.object({
  pagesWritten: z._default(z.number(), 0),
  indexWritten: z._default(z.boolean(), false),
  keysRetired: z._default(z.number(), 0),
  packsWritten: z._default(z.number(), 0),
});

function storedUsage(
  database: Database,
  fromMs: number,
  untilMs: number,
  measuredMs: number,
): Pick<Usage, "kvWrites" | "firstKvWrites" | "storedBytes" | "deadLetters"> {
  const { sqlite } = database;
  const cycles = sqlite
    .prepare<[number, number], string | null>(
      "SELECT report FROM generations WHERE state = 'done' AND ended_ms >= ? AND ended_ms < ?",
    )
    .pluck()
    .all(fromMs, untilMs);
  const ofCycles = cycles.reduce((sum, report) => sum + writesOf(report), 0);
  const first = sqlite
    .prepare<[], { report: string | null; endedMs: number }>(
      "SELECT report, ended_ms AS endedMs FROM generations WHERE state = 'done' ORDER BY generation LIMIT 1",
    )
    .get();
  const isFirstIn = first !== undefined && first.endedMs >= fromMs && first.endedMs < untilMs;
  const map = viewerMapReport(database);
  // Only the newest writing is known; each of the measured time is taken to have been like it.
  const writings = map === undefined ? 0 : measuredMs / Math.max(1, map.nextMs - map.startedMs);
  const known = map !== undefined && map.startedMs < untilMs ? Math.round(writings * map.writes) : 0;
  const pageBytes = sqlite
    .prepare<[], number>("SELECT coalesce(sum(length(CAST(carousels AS BLOB))), 0) FROM pages")
    .pluck()
    .get();
  const candidateBytes = sqlite
    .prepare<[], number>("SELECT coalesce(sum(length(candidates)), 0) FROM page_candidates")
    .pluck()
    .get();
  const deadLetters = sqlite
    .prepare<[number, number], number>(
      "SELECT count(*) FROM dead_letters WHERE received_ms >= ? AND received_ms < ?",
    )
    .pluck()
    .get(fromMs, untilMs);
  return {
    kvWrites: ofCycles + known,
    firstKvWrites: isFirstIn ? writesOf(first.report) : 0,
    // Candidates stand in the value as base64.
    storedBytes: (pageBytes ?? 0) + Math.ceil(((candidateBytes ?? 0) * 4) / 3) + (map?.bytes ?? 0),
    deadLetters: deadLetters ?? 0,
  };
}

function writesOf(report: string | null): number {
  const parsed = cycleSchema.safeParse(report === null ? {} : JSON.parse(report));
  if (!parsed.success) return 0;
  const { pagesWritten, indexWritten, keysRetired, packsWritten } = parsed.data;
  return pagesWritten + (indexWritten ? 1 : 0) + keysRetired + packsWritten;
}
