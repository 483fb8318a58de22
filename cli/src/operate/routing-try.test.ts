/** Dry runs from the command line: a file of the sample, and an origin for the rules in force. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import { ADMIN_TOKEN, testOperators } from "@spillway/origin/test/test-operators.ts";
import { dryRunRoutes } from "@spillway/origin/http/dry-run.ts";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import type { DryRunResult } from "@spillway/simulation/dry-run/result.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import type { CommandRun } from "../../test/run-command.ts";
import { runHere } from "../../test/run-here.ts";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const FILE = join(REPOSITORY, "edge/routing.toml");
const SAMPLE = join(REPOSITORY, "docs/operate/dry-run/evening.jsonl.gz");
const FANS = `
[[rules]]
name = "fans"
when = { team = "ESP", entry = "social" }
then = "generic"
`;

function run(args: readonly string[], environment: Record<string, string> = {}): Promise<CommandRun> {
  return runHere(["routing", ...args], environment);
}

function written(name: string, text: string): string {
  const path = join(dirname(temporaryPath()), name);
  writeFileSync(path, text);
  return path;
}

function fansFile(): string {
  return written("fans.toml", readFileSync(FILE, "utf8") + FANS);
}

async function startOrigin(source: string): Promise<string> {
  const database = openForTest();
  const parsed = parseRoutingText(source, "toml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  pushRouting(database, parsed.routing, source, undefined, 0);
  const { operatorStore, around } = testOperators(database, () => 0);
  const app = around(
    dryRunRoutes({ database, operatorStore, dryRunner: { run: () => Promise.resolve({ kind: "busy" }) } }),
  );
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("diff says in one sentence what differs, and a file does not differ from itself", async () => {
  const differs = await run(["diff", FILE, fansFile(), "--sample", SAMPLE]);
  expect(differs.code).toBe(0);
  expect(differs.stdout).toMatch(
    /^Would send 1\.3 % of requests \(±0\.\d\) from individual to generic and .*\.\n\nSample: 3,558 tuples/,
  );
  const same = await run(["diff", FILE, FILE, "--sample", SAMPLE, "--json"]);
  const result = JSON.parse(same.stdout) as DryRunResult;
  expect([result.flows, result.changed.share, result.fidelity?.share]).toEqual([[], 0, 1]);
});

test("try compares with the rules in force, or with what was recorded where there is no origin", async () => {
  const origin = await startOrigin(readFileSync(FILE, "utf8"));
  const known = await run(["try", fansFile(), "--sample", SAMPLE, "--origin", origin, "--json"], {
    ADMIN_TOKEN,
  });
  const inForce = JSON.parse(known.stdout) as DryRunResult;
  expect(inForce.fidelity).toMatchObject({ share: 1, isEnough: true });
  const alone = await run(["try", fansFile(), "--sample", SAMPLE, "--json"], {
    ORIGIN_URL: "http://127.0.0.1:9",
  });
  const recorded = JSON.parse(alone.stdout) as DryRunResult;
  expect(recorded.fidelity).toBeUndefined();
  expect(recorded.cannotTell.map(({ about }) => about)).toContain("rules-before");
  expect(recorded.flows[0]?.share).toBeCloseTo(inForce.flows[0]?.share ?? 0, 6);
});

test.each([
  [["--fail-if", "generic > 0.5%"], 1, "yes: FAILS"],
  [["--fail-if", "generic > 2.4%"], 1, "cannot be excluded: FAILS"],
  [["--fail-if", "generic > 10%", "--fail-if", "rule fans < 1%"], 0, "no: passes"],
  [["--fail-if", "origin load > 100%"], 1, "yes: FAILS"],
])("%j ends with %d and says %j", async (args, code, said) => {
  const ended = await run(["diff", FILE, fansFile(), "--sample", SAMPLE, ...args]);
  expect([ended.code, ended.stdout.includes(said)]).toEqual([code, true]);
});

test.each([
  [["--fail-if", "genric > 1%"], '"genric" is none of individual'],
  [["--fail-if", "rule other > 1%"], 'there is no rule "other"; there are fans'],
  [["--at", "tonight"], "It must be an instant such as 2026-07-10T20:00Z."],
  [["--sample", "/none.jsonl"], "/none.jsonl: "],
  [["--index", "/none.json"], "--index /none.json: there is no such file"],
  [["--html", "/no/folder/x.html"], "--html /no/folder/x.html"],
])("%j is wrong use, and says why", async (args, reason) => {
  const ended = await run(["diff", FILE, fansFile(), "--sample", SAMPLE, ...args]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(reason);
});

test("of an empty sample nothing can be excluded, and that is said", async () => {
  const empty = written("empty.jsonl", "\n");
  const told = await run(["diff", FILE, fansFile(), "--sample", empty, "--fail-if", "generic > 1%"]);
  expect([told.code, told.stdout.includes("cannot be excluded: FAILS")]).toEqual([1, true]);
  expect(told.stdout).toContain("The sample has no tuples, so nothing can be told.");
});

test("a bad line of the sample is named, and so is a bad routing file", async () => {
  const sample = written("bad.jsonl", '{"minute":1}\n');
  const bad = await run(["diff", FILE, FILE, "--sample", sample]);
  expect([bad.code, bad.stderr.includes(`${sample}:1: `)]).toEqual([2, true]);
  const file = written("bad.toml", "mode = 3");
  const refused = await run(["diff", FILE, file, "--sample", SAMPLE]);
  expect([refused.code, refused.stderr.includes(`${file}:1:`)]).toEqual([1, true]);
});

test("without a sample the origin is needed", async () => {
  const ended = await run(["try", FILE], { ADMIN_TOKEN, ORIGIN_URL: "http://127.0.0.1:9" });
  expect([ended.code, ended.stdout]).toEqual([3, ""]);
  expect(ended.stderr).toContain("cannot be reached");
});

test("the page has a picture, and texts in it are no markup", async () => {
  const html = join(dirname(temporaryPath()), "dry-run.html");
  const file = written("<img src=x onerror=alert(1)>.toml", readFileSync(FILE, "utf8") + FANS);
  const ended = await run(["diff", FILE, file, "--sample", SAMPLE, "--html", html]);
  expect(ended.code).toBe(0);
  const page = readFileSync(html, "utf8");
  expect(page).toContain("<svg");
  expect(page).toContain("What is asked of the origin");
  expect(page).not.toContain("<img");
  expect(page).toContain("&lt;img");
});
