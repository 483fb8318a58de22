import type { CostReport } from "@spillway/simulation/cost/cost.ts";
import { putViewerMapReport } from "@spillway/store/profiles/viewer-map.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { REPOSITORY } from "@spillway/origin/config.ts";
import { openServingLog } from "@spillway/origin/serving-log/serving-log.ts";
import type { ServingRecord } from "@spillway/shared/protocol/serving-log.ts";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { startGeneration, finishGeneration } from "@spillway/store/pages/generations.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { routingWith } from "../../test/client.ts";
import { runHere } from "../../test/run-here.ts";

const DAY_MS = Date.parse("2026-07-10T00:00Z");
const MINUTE_MS = 60_000;

function record(minute: number, own: Partial<ServingRecord>): ServingRecord {
  return {
    user: "00000000000000aa",
    minute: DAY_MS / MINUTE_MS + minute,
    context: "homepage",
    as: "cluster",
    reason: "over-threshold",
    cluster: "generic",
    country: "ES",
    network: "",
    agent: "browser",
    calls: 1,
    version: 1,
    slow: 0,
    ...own,
  };
}

function setUp() {
  const path = temporaryPath();
  const folder = dirname(path);
  const database = openForTest(path);
  const log = openServingLog(join(folder, "serving-log.db"));
  const report = (
    isolate: string,
    sequence: number,
    records: ServingRecord[],
    receivedMs: number,
    kvReads?: number,
  ): void => {
    const calls = records.reduce((sum, own) => sum + own.calls, 0);
    log.store(
      { isolate, sequence, part: 0, parts: 1, totals: { calls: calls + 3, lost: 0 }, kvReads, records },
      receivedMs,
    );
  };
  return {
    folder,
    database,
    report,
    run: async (...args: string[]) => runHere(["cost", ...args], { SPILLWAY_DATA: folder }),
  };
}

test("counts what the day used from log and cycles, and nothing of the days beside it", async () => {
  const { database, report, run } = setUp();
  const noonMs = DAY_MS + 720 * MINUTE_MS;
  report("i0", 0, [record(-60, { calls: 300 })], DAY_MS - 59 * MINUTE_MS);
  report(
    "i1",
    0,
    [
      record(-1, { calls: 500 }),
      record(720, { calls: 5 }),
      record(720, { calls: 4, as: "individual", reason: "admitted" }),
      record(721, { calls: 1, as: "tailored" }),
      record(721, { calls: 7, as: "none", reason: "none", context: "events", cluster: "" }),
      record(1440, { calls: 900 }),
    ],
    noonMs,
  );
  report(
    "i1",
    1,
    [record(721, { calls: 1 }), record(722, { reason: "origin-unreachable" })],
    noonMs + 90_000,
  );
  report("i2", 0, [record(722, { calls: 1, reason: "origin-unreachable" })], noonMs + 100_000);
  const cycle = startGeneration(database, "cadence", noonMs);
  finishGeneration(
    database,
    cycle,
    { pagesWritten: 11, indexWritten: true, keysRetired: 2, packsWritten: 1 },
    noonMs,
  );
  const { stdout, code } = await run("--day", "2026-07-10", "--json");
  expect(code).toBe(0);
  const { lines, ...found } = JSON.parse(stdout) as {
    lines: { what: string; used: number }[];
    [key: string]: unknown;
  };
  expect(found).toMatchObject({ pages: 13, eventPosts: 7, isolates: 2, days: 30 });
  const used = Object.fromEntries(lines.map(({ what, used: own }) => [what, own]));
  expect(used).toMatchObject({
    requests: 20,
    kvWrites: 15,
    // 3 messages of the log and 7 of events, each written, read and acknowledged.
    queueOperations: 30,
    // Both isolates were served without the origin in one minute.
    watchRequests: 6,
    watchGigabyteSeconds: 60 * 0.128,
    // i1: 2 in minute 720, 2 in 721, 1 in 722; i2: 1. Documents: 2 isolates × 8, and 90 s of i1: 3 cycles ×
    // 5.1.
    kvReads: Math.round(16 + 15.3 + 6),
  });
  const text = await run("--day", "2026-07-10");
  expect(text.stdout).toMatch(/^requests +20 +600 +\$0\.00 +measured/m);
  expect(text.stdout).toMatch(/^all of the edge +\$5\.00/m);
  const month = JSON.parse((await run("--month", "2026-07", "--json")).stdout) as {
    pages: number;
    days: number;
  };
  expect(month).toMatchObject({ pages: 13 + 1700, days: 1 });
});

test("is the match day of the documentation, whose isolates count their reads and whose deployment is young", async () => {
  const { database, report, run } = setUp();
  const routing = parseRoutingText(routingWith({ threshold: 200 }), "toml");
  if (!routing.ok) throw new Error("the routing is not valid");
  pushRouting(database, routing.routing, "", undefined, DAY_MS);
  const wroteMs = DAY_MS + 601 * MINUTE_MS;
  const first = startGeneration(database, "cadence", wroteMs);
  finishGeneration(database, first, { pagesWritten: 5000, indexWritten: true }, wroteMs);
  const cycle = startGeneration(database, "cadence", wroteMs + 1);
  finishGeneration(database, cycle, { pagesWritten: 1200, indexWritten: true }, wroteMs + 1);
  for (let minute = 601; minute < 1440; minute += 1) {
    const isWall = minute >= 1200 && minute < 1220;
    const records = [
      record(minute, { as: "individual", reason: "admitted", calls: isWall ? 12_000 : 2400 }),
      record(minute, { as: "tailored", calls: isWall ? 228_000 : 0 }),
    ].filter(({ calls }) => calls > 0);
    report("i1", minute, records, DAY_MS + (minute + 0.5) * MINUTE_MS, 400);
  }
  const shown = await run("--day", "2026-07-10", "--days", "8");
  expect(documented("docs/operate/cost.md", "spillway cost --day 2026-07-10 --days 8")).toBe(
    shown.stdout.trimEnd(),
  );
  expect(shown.stdout).toMatch(/^KV reads +335,600 .* measured/m);
}, 20_000);

test("of a deployment that is minutes old the viewer map's writings are extrapolated once, and the sentence warns", async () => {
  const { database, report, run } = setUp();
  const startedMs = DAY_MS + 1411 * MINUTE_MS;
  putViewerMapReport(database, {
    bits: 4,
    users: 9,
    shards: 9,
    bytes: 9,
    medianBytes: 9,
    p99Bytes: 9,
    titlesDropped: 0,
    usersLeftOut: 0,
    writes: 20,
    startedMs,
    endedMs: startedMs,
    nextMs: startedMs + 60 * MINUTE_MS,
  });
  report("i1", 0, [record(1411, {})], startedMs);
  const young = JSON.parse((await run("--day", "2026-07-10", "--json")).stdout) as CostReport;
  expect(young.extrapolatedFromHours).toBe(0.5);
  // One writing an hour, of which half an hour was measured; a month has 720.
  expect(young.lines.find(({ what }) => what === "kvWrites")).toMatchObject({ used: 10, month: 20 * 720 });
  expect((await run("--day", "2026-07-10")).stdout).toContain("of it only, which is too short to rely on.");
});

/** What a document prints below that command. */
function documented(path: string, command: string): string | undefined {
  const text = readFileSync(join(REPOSITORY, path), "utf8");
  return text.split(`$ pnpm --silent ${command}\n`)[1]?.split("\n```")[0];
}

test("says where nothing was measured, and what is wrong with what it is given", async () => {
  const { folder, run } = setUp();
  const nothing = await run("--day", "2026-07-10");
  expect(nothing.code).toBe(1);
  expect(nothing.stderr).toContain("Nothing was measured from 2026-07-10T00:00Z to 2026-07-11T00:00Z");
  const file = join(folder, "prices.json");
  writeFileSync(file, '{"requests":{"included":1}}');
  const wrong = await run("--prices", file);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining("prices.json:1:13: requests.usd: is missing"),
  ]);
  const misuse = [
    ["--day", "2026-02-31"],
    ["--cpu-ms", "-1"],
    ["--day", "2026-07-10", "--month", "2026-07"],
  ];
  expect((await Promise.all(misuse.map((args) => run(...args)))).map(({ code }) => code)).toEqual([2, 2, 2]);
});
