/** Adds up from the serving log which clusters' pages were served in the last hour and day, by rung. */
import type Sqlite from "better-sqlite3";
import type { RungCalls } from "@spillway/shared/clusters/listed-clusters.ts";
import { LOGGED_AS, NOT_SERVED } from "@spillway/shared/protocol/serving-log.ts";
import { eachReportInTurns } from "../serving-log/in-turns.ts";
import { eachRecord } from "../serving-log/records.ts";

export type ClusterTraffic = {
  readonly hourFromMs: number;
  readonly dayFromMs: number;
  /** The first minute of the day that the log has anything of. */
  readonly sinceMs: number | undefined;
  /** Where an isolate knew of no cluster, the name is empty. */
  readonly byCluster: ReadonlyMap<string, { readonly hour: RungCalls; readonly day: RungCalls }>;
};

export type TrafficReader = (nowMs: number) => Promise<ClusterTraffic>;

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1440;
const RUNGS = LOGGED_AS.length;
const POSTED = LOGGED_AS.indexOf(NOT_SERVED);
/** Reading takes at most this share of the serving thread's time, however large the log and whoever asks. */
const TIME_SHARE = 0.02;
/** Reports come every ten seconds. */
const KEPT_AT_LEAST_MS = 2000;

/** Whoever asks while a reading is new enough gets that one. */
export function createTrafficReader(
  servingLog: Sqlite.Database,
  monotonicMs: () => number = () => performance.now(),
): TrafficReader {
  let reading: Promise<ClusterTraffic> | undefined;
  let heldUntilMs = 0;
  return (nowMs) => {
    if (reading !== undefined && monotonicMs() < heldUntilMs) return reading;
    const startedMs = monotonicMs();
    heldUntilMs = Number.POSITIVE_INFINITY;
    reading = readClusterTraffic(servingLog, nowMs).finally(() => {
      const tookMs = monotonicMs() - startedMs;
      heldUntilMs = monotonicMs() + Math.max(KEPT_AT_LEAST_MS, tookMs / TIME_SHARE);
    });
    // What could not be read is tried again by whoever asks next.
    reading.catch(() => (reading = undefined));
    return reading;
  };
}

export async function readClusterTraffic(
  servingLog: Sqlite.Database,
  nowMs: number,
): Promise<ClusterTraffic> {
  const lastMinute = Math.floor(nowMs / MINUTE_MS);
  const hourFrom = lastMinute - HOUR_MINUTES + 1;
  const dayFrom = lastMinute - DAY_MINUTES + 1;
  /** By the number of the name, a count for each rung: first of the hour, then of the day. */
  const counts = new Map<number, Float64Array>();
  let since = Number.POSITIVE_INFINITY;
  const days = [Math.floor(dayFrom / DAY_MINUTES), Math.floor(lastMinute / DAY_MINUTES)] as const;
  await eachReportInTurns(servingLog, days, ({ day, records }) => {
    eachRecord(records, (_high, _low, minuteOfDay, as, _reason, calls, _context, cluster) => {
      const minute = day * DAY_MINUTES + minuteOfDay;
      if (minute < dayFrom || as === POSTED) return;
      let own = counts.get(cluster);
      if (own === undefined) counts.set(cluster, (own = new Float64Array(2 * RUNGS)));
      own[RUNGS + as] = (own[RUNGS + as] ?? 0) + calls;
      if (minute >= hourFrom) own[as] = (own[as] ?? 0) + calls;
      if (minute < since) since = minute;
    });
  });
  const names = new Map(
    servingLog.prepare<[], [number, string]>("SELECT number, name FROM names").raw().all(),
  );
  return {
    hourFromMs: hourFrom * MINUTE_MS,
    dayFromMs: dayFrom * MINUTE_MS,
    sinceMs: Number.isFinite(since) ? since * MINUTE_MS : undefined,
    byCluster: new Map(
      [...counts].map(([number, own]) => [
        names.get(number) ?? "",
        { hour: rungsOf(own.subarray(0, RUNGS)), day: rungsOf(own.subarray(RUNGS)) },
      ]),
    ),
  };
}

function rungsOf(counts: Float64Array): RungCalls {
  const rungs: RungCalls = {};
  LOGGED_AS.forEach((as, at) => {
    const calls = counts[at] ?? 0;
    if (as !== NOT_SERVED && calls > 0) rungs[as] = calls;
  });
  return rungs;
}
