import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { ServingRecord } from "@spillway/shared/protocol/serving-log.ts";
import { scrapers, viewers } from "@spillway/analytics/test/synthetic-calls.ts";
import type { TrafficRecord } from "@spillway/analytics/traffic/traffic-source.ts";
import { openServingLog } from "@spillway/origin/serving-log/serving-log.ts";
import { runCommand, type CommandRun } from "../../test/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-traffic-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = join(folder, "calls.csv");
const CALLS = [...viewers(200, 16, 1), ...scrapers(50, 10, 16, 2)];
const PERIOD = ["--from", "2026-09-01", "--to", "2026-09-16"];

function run(...args: string[]): Promise<CommandRun> {
  return runCommand(["report", "traffic", ...args], { SPILLWAY_DATA: folder });
}

beforeAll(() => {
  const rows = CALLS.map(({ timeMs, user, network, category, method }) =>
    [new Date(timeMs).toISOString(), user, network, category, method].join(","),
  );
  writeFileSync(log, ["time,user,network,category,method", ...rows, "soon,u,,homepage,GET"].join("\n"));
});

test("reports on a log, writes page and list, and names the bad row", async () => {
  const [html, list] = [join(folder, "report.html"), join(folder, "suspects.jsonl")];
  const done = await run(
    "--log",
    log,
    ...PERIOD,
    "--html",
    html,
    "--suspects-out",
    list,
    "--threshold",
    "0.001",
  );
  expect(done.code).toBe(1);
  expect(done.stderr).toMatch(new RegExp(`calls\\.csv:${CALLS.length + 2}: time: must be`));
  expect(done.stdout).toMatch(/^Traffic from 2026-09-01 to 2026-09-16, UTC\nStep up on 2026-09-11/);
  expect(done.stdout).toMatch(/1 bad rows were left out, the first of them \S*calls\.csv:\d+: time: must be/);
  expect(readFileSync(html, "utf8")).toMatch(/<svg[\s\S]*over the threshold/);
  const lines = readFileSync(list, "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(50);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    user: expect.stringMatching(/^scraper-/),
    score: expect.any(Number),
    evidence: expect.arrayContaining(["homepage-only +4: 6 of 6 nights"]),
    expires: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

test("reads the origin's own serving log by minutes and keyed hashes", async () => {
  const serving = openServingLog(join(folder, "serving-log.db"));
  const hash = createUserHash("a secret of the edge");
  serving.store(
    {
      isolate: "i1",
      sequence: 0,
      part: 0,
      parts: 1,
      totals: { calls: CALLS.length, lost: 0 },
      records: CALLS.map((call) => served(call, hash)),
    },
    1,
  );
  serving.close();
  const { code, stdout } = await run(...PERIOD, "--json");
  const report = JSON.parse(stdout) as {
    suspects: { user: string }[];
    step: { date: string };
    totals: object;
  };
  expect(code).toBe(0);
  expect(report.step.date).toBe("2026-09-11");
  const expected = Array.from({ length: 50 }, (_, at) => hash(`scraper-${at}`));
  expect(report.suspects.map(({ user }) => user).toSorted()).toEqual(expected.toSorted());
});

test("refuses a file that is no list of what is known, with exit code 2", async () => {
  const done = await run("--log", log, "--known", log);
  expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining("calls.csv:1") });
});

test.each<[string, string[], string]>([
  ["a folder that is not there", ["--html", join(folder, "none", "x.html")], "x.html: there is no folder"],
  ["a folder for a file", ["--suspects-out", folder], "is a folder"],
  ["no list", ["--previous", join(folder, "nope.jsonl")], "nope.jsonl: there is no such file"],
  ["no file of what is known", ["--known", join(folder, "nope.toml")], "nope.toml: there is no such file"],
  ["a day that is none", ["--from", "2026-02-31"], "must be a day such as"],
  ["a time zone that is none", ["--time-zone", "Mars/X"], "must be a time zone such as"],
  ["a log given twice", ["--log", log], "is given twice"],
])("refuses %s, with exit code 2 and a line that says why", async (_, args, reason) => {
  const done = await run("--log", log, ...PERIOD, ...args);
  expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining(reason) });
  expect(done.stderr).not.toMatch(/^\s+at /m);
});

test("says what period the log has where none of it lies in the one asked for", async () => {
  const done = await run("--log", log, "--from", "2025-01-01", "--to", "2025-01-05");
  expect(done.code).toBe(1);
  expect(done.stderr).toMatch(
    /There are no calls in the period. The log covers 2026-09-01T.* to 2026-09-16T/,
  );
});

function served(
  { timeMs, user, network, category }: TrafficRecord,
  hash: (user: string) => string,
): ServingRecord {
  const isEvents = category === "events";
  return {
    user: hash(user),
    minute: Math.floor(timeMs / 60_000),
    context: category,
    as: isEvents ? "none" : "individual",
    reason: isEvents ? "none" : "admitted",
    cluster: "",
    country: "ES",
    network,
    agent: "browser",
    calls: 1,
  };
}
