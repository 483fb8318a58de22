/** Reads what a report is made from: for the commands, and for the console. */
import { coverageReport, type CoverageReport } from "@spillway/analytics/coverage/coverage.ts";
import { dayBefore, localDay, refuseDayAhead } from "@spillway/analytics/coverage/local-day.ts";
import { engagementReport, type EngagementReport } from "@spillway/analytics/engagement/engagement.ts";
import { holdoutLift, type HoldoutLift } from "@spillway/analytics/engagement/holdout-lift.ts";
import type { ServingLogReader } from "@spillway/shared/protocol/serving-records.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import type { Database } from "@spillway/store/database.ts";
import { dayOf } from "@spillway/store/events/count-once.ts";
import { engagementBetween } from "@spillway/store/events/engagement.ts";
import { currentHoldout, engagementByUser } from "@spillway/store/events/holdout.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";

const DAY_MS = 24 * 3600 * 1000;
/** Days of the engagement report where its first is not said. */
export const ENGAGEMENT_DAYS = 7;
/** Days of the traffic report where its first is not said. */
export const TRAFFIC_DAYS = 30;

/** Every version of the routing that was pushed, the oldest first. */
export async function routingVersions(database: Database): Promise<RoutingVersion[]> {
  const listed = await sqliteOperatorStore(database).routing.list(Number.MAX_SAFE_INTEGER);
  return listed
    .map(({ version, value, note, by, writtenMs }) => ({ version, ...value, note, by, pushedMs: writtenMs }))
    .toReversed();
}

/** The time zone of the operator's days. */
export function operatorZone(routing: readonly RoutingVersion[]): string {
  return routing.at(-1)?.routing.time_zone ?? "UTC";
}

/**
 * `day`: yesterday by default. Throws a RangeError that names an invalid day or time zone, or a day that lies
 * ahead.
 */
export async function readCoverage(
  { database, log }: { readonly database: Database; readonly log: ServingLogReader },
  { day, timeZone }: { readonly day?: string | undefined; readonly timeZone?: string | undefined },
  nowMs: number,
): Promise<CoverageReport> {
  const routing = await routingVersions(database);
  const zone = timeZone ?? operatorZone(routing);
  if (day !== undefined) refuseDayAhead(day, nowMs, zone);
  return coverageReport(log, localDay(day ?? dayBefore(nowMs, zone), zone), routing);
}

/** `from` and `to` count days as `dayOf` does, both included. */
export function readEngagement(
  database: Database,
  {
    from,
    to,
    cluster,
  }: { readonly from: number; readonly to: number; readonly cluster?: string | undefined },
): EngagementReport {
  const rows = engagementBetween(database, from, to);
  const holdout = readHoldout(database, from, to);
  return engagementReport({ rows, from: dayText(from), to: dayText(to), cluster, holdout });
}

/** Reads the part of the period in which the present holdout was already active. */
function readHoldout(database: Database, from: number, to: number): HoldoutLift | undefined {
  const holdout = currentHoldout(database);
  if (holdout === undefined) return undefined;
  const fromMs = Math.max(from * DAY_MS, holdout.sinceMs);
  return holdoutLift(holdout, engagementByUser(database, fromMs, (to + 1) * DAY_MS));
}

/** The day's number as `dayOf` gives it; undefined for what is no day such as 2026-09-15. */
export function dayNumber(text: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? undefined : dayOf(ms);
}

export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
