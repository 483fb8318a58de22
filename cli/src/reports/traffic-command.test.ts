import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { ServingRecord } from "@spillway/shared/protocol/serving-log.ts";
import { scrapers, viewers } from "@spillway/analytics/test/synthetic-calls.ts";
import type { TrafficReport } from "@spillway/analytics/traffic/report-shape.ts";
import type { TrafficRecord } from "@spillway/analytics/traffic/traffic-source.ts";
import { openServingLog } from "@spillway/origin/serving-log/serving-log.ts";
import type { CommandRun } from "../../test/run-command.ts";
import { runHere } from "../../test/run-here.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-traffic-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = join(folder, "calls.csv");
const CALLS = [...viewers(200, 16, 1), ...scrapers(50, 10, 16, 2)];
const PERIOD = ["--from", "2026-09-01", "--to", "2026-09-16"];

function run(...args: string[]): Promise<CommandRun> {
  return runHere(["report", "traffic", ...args], { SPILLWAY_DATA: folder });
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
  expect(done.stdout).toMatch(/1 bad row was left out, the first of them \S*calls\.csv:\d+: time: must be/);
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

test("takes the period from the log, where none is asked for", async () => {
  const { stdout } = await run("--log", log);
  expect(stdout).toMatch(/^Traffic from 2026-09-01 to 2026-09-16, UTC\n/);
});

test("reads access logs by a pattern, with users from their paths, and shows the callers", async () => {
  const lines = CALLS.map(({ timeMs, user, network, category, method }) => {
    const [, month = "", day = "", year = "", clock = ""] =
      /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(timeMs).toUTCString())?.map(String) ?? [];
    return `${network || "198.51.100.7"} - - [${month}/${day}/${year}:${clock} +0000] "${method} /u/${user}/${category} HTTP/1.1" 200 1 "-" "app/1"`;
  });
  const half = Math.floor(lines.length / 2);
  writeFileSync(join(folder, "access.log"), `${lines.slice(half).join("\n")}\n`);
  writeFileSync(join(folder, "access.log.1.zst"), zstdCompressSync(`${lines.slice(0, half).join("\n")}\n`));
  const done = await run("--log", join(folder, "access.log*"), "--user-from", "path:/u/:user/…", "--json");
  const report = JSON.parse(done.stdout) as TrafficReport;
  expect(done).toMatchObject({ code: 0, stderr: "" });
  expect(report).toMatchObject({
    from: "2026-09-01",
    to: "2026-09-16",
    source: "access.log, access.log.1.zst",
  });
  expect(report.suspects).toHaveLength(50);
  expect(report.categories[0]).toMatchObject({ name: "/u/:user/homepage", kind: "homepage" });
  expect(report.callers).toMatchObject({ requests: CALLS.length, agents: [{ name: "app/1", share: 1 }] });
});

test.each<[string, string[], string]>([
  ["a format that is none", ["--log", "LOG", "--format", "iis6"], "must be one of cloudflare, cloudfront"],
  [
    "a place of users that is none",
    ["--log", "LOG", "--user-from", "header:x"],
    "header is none of query:NAME",
  ],
  ["options of a log without one", ["--format", "combined"], "there is no --log"],
])("refuses %s, with exit code 2", async (_, args, reason) => {
  const done = await run(...args.map((arg) => (arg === "LOG" ? log : arg)));
  expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining(reason) });
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
    version: 1,
    slow: 0,
  };
}

test.each([
  ["report", "coverage", "--day"],
  ["report", "engagement", "--to"],
  ["report", "traffic", "--to"],
  ["cost", "--day"],
])("%s %s: a day that lies ahead is refused, and nothing is printed as if it had been", async (...args) => {
  const { code, stdout, stderr } = await runHere([...args, "2999-12-31"], { SPILLWAY_DATA: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: 2999-12-31 lies ahead: it is 20\d\d-\d\d-\d\d now/);
});
