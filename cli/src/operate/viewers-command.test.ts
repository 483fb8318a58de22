import { dirname } from "node:path";
import { expect, test } from "vitest";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { putViewerMapReport, type ViewerMapReport } from "@spillway/store/profiles/viewer-map.ts";
import { runHere } from "../../test/run-here.ts";
import { describeViewerMap } from "./viewers-report.ts";

const HOUR_MS = 3600 * 1000;
const REPORT: ViewerMapReport = {
  bits: 13,
  users: 2_900_000,
  shards: 8192,
  bytes: 480_000_000,
  medianBytes: 120,
  p99Bytes: 700,
  titlesDropped: 0,
  usersLeftOut: 7,
  writes: 6000,
  startedMs: 1_800_000_000_000,
  endedMs: 1_800_000_180_000,
  nextMs: 1_800_000_000_000 + HOUR_MS,
};

function setUp() {
  const path = temporaryPath();
  const database = openForTest(path);
  return {
    database,
    run: (...args: string[]) => runHere(["viewers", ...args], { SPILLWAY_DATA: dirname(path) }),
  };
}

test("a month of the published day's users, each shard changed each hour, stays below 10 million writes", () => {
  expect(describeViewerMap(REPORT)).toMatchObject({
    shardBytes: 58_594,
    seconds: 180,
    month: { writes: 4_320_000, mostWrites: 5_898_240, usd: 16.6, mostUsd: 24.49, usdPerMillionReads: 0.5 },
  });
  expect(describeViewerMap({ ...REPORT, bytes: 3e9 }).month.usd).toBe(17.6);
});

test("says how many there are, how large, when written and at what cost, as text and as JSON", async () => {
  const { database, run } = setUp();
  expect((await run()).stdout).toContain("no viewer map yet");
  expect((await run("--json")).stdout.trim()).toBe("null");
  putViewerMapReport(database, REPORT);
  const { stdout, code } = await run();
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /users with three plays or more +2,900,000 \(7 more have no room: VIEWER_MAP_USERS\)/,
  );
  expect(stdout).toContain("median 120, p99 700");
  expect(stdout).toContain("5,898,240 keys written, $24.49");
  expect(JSON.parse((await run("--json")).stdout)).toEqual(describeViewerMap(REPORT));
  putViewerMapReport(database, { ...REPORT, bits: null });
  expect((await run()).stdout).toContain("[tailoring]");
});
