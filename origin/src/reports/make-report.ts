/** Makes one report of a chosen day, with the figures that `spillway report` prints. */
import { dayBefore, localDate, localDay } from "@spillway/analytics/coverage/local-day.ts";
import { coverageView } from "@spillway/analytics/coverage/coverage-view.ts";
import { engagementView } from "@spillway/analytics/engagement/engagement-view.ts";
import { createCalendar } from "@spillway/analytics/traffic/calendar.ts";
import { servingLogSource } from "@spillway/analytics/traffic/serving-log-source.ts";
import { trafficReport } from "@spillway/analytics/traffic/traffic-report.ts";
import { trafficView } from "@spillway/analytics/traffic/traffic-view.ts";
import type { ReportView } from "@spillway/kit/charts/report-view.ts";
import type { ServingLogReader } from "@spillway/shared/protocol/serving-records.ts";
import type { Database } from "@spillway/store/database.ts";
import { daysOfEngagement } from "@spillway/store/events/engagement.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import type { Tell } from "../background/answer-once.ts";
import type { MadeReport, ReportName, ReportQuestion } from "./messages.ts";
import {
  dayNumber,
  dayText,
  ENGAGEMENT_DAYS,
  operatorZone,
  readCoverage,
  readEngagement,
  routingVersions,
  TRAFFIC_DAYS,
} from "./read-reports.ts";

type Stores = { readonly database: Database; readonly log: ServingLogReader };
type Period = { readonly from: string; readonly to: string; readonly timeZone: string };
type Made = { readonly view: ReportView; readonly isEmpty: boolean };

const DAY_MS = 24 * 3600 * 1000;
/** What isolates held while their queue was away arrives later than this only where it was away for long. */
const STILL_REPORTED_MS = 3600 * 1000;

const DAYS: Readonly<Record<ReportName, number>> = {
  coverage: 1,
  traffic: TRAFFIC_DAYS,
  engagement: ENGAGEMENT_DAYS,
};

/** Throws a RangeError that names a day that is none. */
export async function makeReport(
  stores: Stores,
  { report, day, days, form, nowMs }: ReportQuestion & { readonly nowMs: number },
  tell: Tell,
): Promise<MadeReport> {
  const timeZone = report === "engagement" ? "UTC" : operatorZone(await routingVersions(stores.database));
  const recorded =
    report === "engagement" ? engagementDays(stores.database) : loggedDays(stores.log, timeZone, nowMs);
  const to = day ?? newestDay(recorded, dayBefore(nowMs, timeZone));
  const count = report === "coverage" ? 1 : (days ?? DAYS[report]);
  const from = Temporal.PlainDate.from(to)
    .subtract({ days: count - 1 })
    .toString();
  const period = { from, to, timeZone };
  const { startMs, minutes } = localDay(to, timeZone);
  const { view, isEmpty } = await MAKERS[report](stores, period, nowMs, tell);
  return {
    report,
    from,
    day: to,
    days: count,
    timeZone,
    command: commandOf(report, period),
    isEmpty,
    isOver: nowMs >= startMs + minutes * 60_000 + STILL_REPORTED_MS,
    recorded,
    made: new Date(nowMs).toISOString(),
    ...(form === "view" ? { view } : { html: await htmlOf(view) }),
  };
}

const MAKERS: Readonly<
  Record<ReportName, (stores: Stores, period: Period, nowMs: number, tell: Tell) => Made | Promise<Made>>
> = {
  coverage: async (stores, { to }, nowMs) => {
    const report = await readCoverage(stores, { day: to }, nowMs);
    return { view: coverageView(report), isEmpty: report.calls.total === 0 };
  },
  traffic: async ({ database, log }, { from, to, timeZone }, _, tell) => {
    const calendar = createCalendar(from, to, timeZone, await routingVersions(database));
    const { report } = await trafficReport({
      source: servingLogSource(log, calendar, (done, total) => tell({ done, total })),
      calendar,
      known: [],
      homepages: [],
      previous: (await sqliteOperatorStore(database).suspects.list()).map(({ hash }) => hash),
    });
    return { view: trafficView(report), isEmpty: report.totals.calls + report.totals.posts === 0 };
  },
  engagement: ({ database }, { from, to }) => {
    const report = readEngagement(database, { from: dayNumber(from) ?? 0, to: dayNumber(to) ?? 0 });
    return { view: engagementView(report), isEmpty: report.attribution.length === 0 };
  },
};

function commandOf(report: ReportName, { from, to }: Period): string {
  const period = report === "coverage" ? `--day ${to}` : `--from ${from} --to ${to}`;
  return `pnpm spillway report ${report} ${period}`;
}

/** The log's own days are of UTC, of which the last may not have begun in the time zone, nor be over. */
function loggedDays(log: ServingLogReader, timeZone: string, nowMs: number): MadeReport["recorded"] {
  const days = log.days();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    first: localDate(first * DAY_MS, timeZone),
    last: localDate(Math.min(nowMs, (last + 1) * DAY_MS - 1), timeZone),
  };
}

function engagementDays(database: Database): MadeReport["recorded"] {
  const days = daysOfEngagement(database);
  return days && { first: dayText(days.first), last: dayText(days.last) };
}

/** Yesterday, as the commands have it, unless there is nothing of it. Dates as texts are in order. */
function newestDay(recorded: MadeReport["recorded"], yesterday: string): string {
  if (recorded === null || (recorded.first <= yesterday && yesterday <= recorded.last)) return yesterday;
  return recorded.last < yesterday ? recorded.last : recorded.first;
}

async function htmlOf(view: ReportView): Promise<string> {
  // The chart library takes seconds to load, so it is imported only when it is needed.
  const { viewHtml } = await import("@spillway/kit/charts/view-html.ts");
  return viewHtml(view);
}
