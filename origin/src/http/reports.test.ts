/** The route over a real store, a real serving log and real processes. */
import { dirname, join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { ServingRecord } from "@spillway/shared/protocol/serving-log.ts";
import { parseRouting } from "@spillway/shared/routing/routing.ts";
import { addEngagement } from "@spillway/store/events/engagement.ts";
import { SERVING_LOG_FILE } from "@spillway/store/folder/swap-data.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { admin } from "../../test/test-admin.ts";
import { testOperators } from "../../test/test-operators.ts";
import { makeReport } from "../reports/make-report.ts";
import type { MadeReport, ReportName, ReportQuestion } from "../reports/messages.ts";
import { ReportDesk } from "../reports/report-desk.ts";
import { openServingLogReader } from "../serving-log/read-serving-log.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import { reportsRoutes } from "./reports.ts";

/** Of Madrid: the serving log's own days are of UTC. */
const NOON = Date.parse("2026-07-10T12:00+02:00") / 60_000;
const DAY = Math.floor(NOON / 1440);
const USERS = ["00000000000000a1", "00000000000000a2", "00000000000000a3", "00000000000000a4"];

function record(user: string, minute: number, as: ServingRecord["as"]): ServingRecord {
  const reason = as === "individual" ? "admitted" : "over-threshold";
  const about = {
    context: "homepage",
    cluster: "esp",
    country: "ES",
    network: "203.0.113.0/24",
    agent: "tv",
  };
  return { ...about, user, minute, as, reason, calls: 1, version: 1, slow: 0 } as ServingRecord;
}

let nowMs: number;

beforeEach(() => {
  nowMs = Date.parse("2026-07-11T09:00Z");
});

function setUp() {
  const databasePath = temporaryPath();
  const database = openForTest(databasePath);
  const parsed = parseRouting({
    time_zone: "Europe/Madrid",
    bands: [{ name: "all day", from: "00:00", threshold_per_s: 5 }],
  });
  if (!parsed.ok) throw new Error("not valid");
  pushRouting(database, parsed.routing, "", undefined, 0);
  const counts = { impressions: 100, clicks: 8, plays: 4, completes: 0, hides: 1 };
  const claim = { attribution: "verified", reason: "shown", holdout: 0, context: "homepage" } as const;
  addEngagement(database, {
    day: DAY,
    servedAs: "cluster",
    cluster: "esp",
    generation: 3,
    events: 113,
    ...claim,
    ...counts,
  });
  const servingLogPath = join(dirname(databasePath), SERVING_LOG_FILE);
  const log = openServingLog(servingLogPath);
  const records = [
    ...USERS.slice(0, 3).map((user) => record(user, NOON, "individual")),
    record(USERS[3] ?? "", NOON, "cluster"),
  ];
  const totals = { calls: 4, lost: 0 };
  log.store({ isolate: "i1", sequence: 0, part: 0, parts: 1, totals, records }, NOON * 60_000);
  log.close();
  const reader = openServingLogReader(servingLogPath);
  onTestFinished(reader.close);
  const make = async (report: ReportName, day?: string, more: Partial<ReportQuestion> = {}) =>
    makeReport(
      { database, log: reader },
      { report, day, days: undefined, form: "view", nowMs, ...more },
      () => undefined,
    );
  const reports = new ReportDesk({ databasePath, servingLogPath, nowMs: () => nowMs });
  onTestFinished(() => reports.stop());
  const { operatorStore, around } = testOperators(database, () => nowMs);
  const routes = around(reportsRoutes({ reports, operatorStore, nowMs: () => nowMs }));
  const ask = async (query: string) => routes.request(`/reports?${query}`, admin("GET"));
  return { ask, make };
}

function rowsOf({ view }: MadeReport, heading: string) {
  return view?.sections.find((section) => section.heading === heading)?.table?.rows;
}

test("coverage of a day: of how many, never of whom", async () => {
  const made = await setUp().make("coverage", "2026-07-10");
  expect(made).toMatchObject({
    day: "2026-07-10",
    days: 1,
    timeZone: "Europe/Madrid",
    command: "pnpm spillway report coverage --day 2026-07-10",
    isEmpty: false,
    isOver: true,
    recorded: { first: "2026-07-10", last: "2026-07-11" },
  });
  expect(made.view?.title).toBe("Coverage of 2026-07-10, Europe/Madrid");
  const rows = rowsOf(made, "Users and calls");
  expect(rows).toContainEqual(["calls", "4", "", "4"]);
  expect(rows).toContainEqual(["fully personalized", "3 (75.00 %)", "", "3 (75.00 %)"]);
  expect(JSON.stringify(made)).not.toMatch(new RegExp(USERS.join("|")));
});

test("traffic until a day, and engagement of a day", async () => {
  const { make } = setUp();
  const traffic = await make("traffic", "2026-07-10");
  expect(traffic).toMatchObject({ from: "2026-06-11", days: 30, isEmpty: false });
  expect(traffic.command).toBe("pnpm spillway report traffic --from 2026-06-11 --to 2026-07-10");
  expect(rowsOf(traffic, "Days")?.at(-1)?.slice(0, 2)).toEqual(["2026-07-10 (part)", "4"]);
  const engagement = await make("engagement", "2026-07-10", { days: 1 });
  expect(engagement.view?.title).toBe("Engagement of 2026-07-10 (UTC): 113 events");
  expect(engagement.view?.sections[0]?.bars?.bars).toMatchObject([{ name: "cluster", share: 0.04 }]);
  const { html, view } = await make("engagement", "2026-07-10", { form: "html" });
  expect(html).toMatch(/^<!doctype html>[\s\S]*Engagement of 2026-07-04 to 2026-07-10/);
  expect(view).toBeUndefined();
});

test("without a day it is yesterday, or the nearest that the log has; a day that goes on is not over", async () => {
  const { make } = setUp();
  nowMs = Date.parse("2026-07-20T09:00Z");
  expect((await make("coverage")).day).toBe("2026-07-11");
  nowMs = Date.parse("2026-07-10T11:00Z");
  const today = await make("coverage");
  expect([today.day, today.isOver]).toEqual(["2026-07-10", false]);
  expect(today.recorded).toEqual({ first: "2026-07-10", last: "2026-07-10" });
});

test("says how far it is, a line at a time; what is over is not made again", async () => {
  const { ask } = setUp();
  const reply = await ask("report=coverage&day=2026-07-10&format=jsonl");
  expect(reply.headers.get("content-type")).toBe("application/jsonl");
  const lines = (await reply.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; report?: MadeReport });
  // A slow child is told of more than once.
  expect([...new Set(lines.map(({ kind }) => kind))]).toEqual(["computing", "done"]);
  const made = lines.at(-1)?.report;
  nowMs += 1000;
  expect(await (await ask("report=coverage&day=2026-07-10")).json()).toEqual(made);
  const fresh = (await (await ask("report=coverage&day=2026-07-10&fresh=1")).json()) as MadeReport;
  expect(fresh.made).not.toBe(made?.made);
});

test("what is made after another one says so", async () => {
  const { ask } = setUp();
  const first = await ask("report=traffic&format=jsonl");
  const second = await ask("report=coverage&day=2026-07-10&format=jsonl");
  const kinds = [...(await second.text()).matchAll(/^\{"kind":"(\w+)"/gm)].map(([, kind]) => kind);
  expect([...new Set(kinds)]).toEqual(["waiting", "computing", "done"]);
  expect(await first.text()).not.toContain("waiting");
});

test("without a day it is made again after midnight; what is empty is not kept", async () => {
  const { ask } = setUp();
  const made = async (query: string) => (await (await ask(query)).json()) as MadeReport;
  nowMs = Date.parse("2026-07-11T23:50+02:00");
  expect((await made("report=coverage")).day).toBe("2026-07-10");
  nowMs = Date.parse("2026-07-12T00:10+02:00");
  expect((await made("report=coverage")).day).toBe("2026-07-11");
  nowMs = Date.parse("2026-07-12T09:00+02:00");
  const empty = await made("report=coverage&day=2026-07-09");
  expect(empty).toMatchObject({ isEmpty: true, isOver: true });
  nowMs += 1000;
  expect((await made("report=coverage&day=2026-07-09")).made).not.toBe(empty.made);
});

test("who hangs up ends the report, and the next is made", async () => {
  const { ask } = setUp();
  const reply = await ask("report=traffic&format=jsonl");
  const reader = reply.body?.getReader();
  await reader?.read();
  const next = ask("report=coverage&day=2026-07-10");
  await reader?.cancel();
  expect((await next).status).toBe(200);
});

test.each([
  ["", "report"],
  ["report=users", "report"],
  ["report=coverage&day=2026-02-30", "day"],
  ["report=coverage&day=yesterday", "day"],
  ["report=coverage&days=7", "days"],
  ["report=traffic&days=0", "days"],
  ["report=traffic&days=93", "days"],
  ["report=traffic&format=pdf", "format"],
])("%s is refused for %s", async (query, key) => {
  const refused = await setUp().ask(query);
  expect(refused.status).toBe(400);
  const { errors } = (await refused.json()) as { errors: { key: string }[] };
  expect(errors[0]?.key).toBe(key);
});

test("a day that has not begun where the operator is is refused; today is not", async () => {
  const { ask } = setUp();
  nowMs = Date.parse("2026-07-11T23:30Z");
  for (const day of ["2026-07-13", "2999-12-31", "9999-12-31"]) {
    const refused = await ask(`report=coverage&day=${day}`);
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { errors: [{ key: "day", reason: "lies ahead: it is 2026-07-12 now (Europe/Madrid)" }] },
    ]);
  }
  expect((await ask("report=coverage&day=2026-07-12")).status).toBe(200);
  // The days of engagement are of UTC.
  expect((await ask("report=engagement&day=2026-07-12")).status).toBe(400);
});
