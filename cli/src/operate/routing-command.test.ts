import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import { ADMIN_TOKEN, testOperators } from "@spillway/origin/test/test-operators.ts";
import { testRollouts } from "@spillway/origin/test/test-rollouts.ts";
import { rolloutRoutes } from "@spillway/origin/http/rollout.ts";
import { createIsolateVersions } from "@spillway/origin/rollout/isolate-versions.ts";
import { routingModeRoutes } from "@spillway/origin/http/routing-mode.ts";
import { routingRoutes } from "@spillway/origin/http/routing.ts";
import { replaceClusters } from "@spillway/store/pages/clusters.ts";
import { currentRouting } from "@spillway/store/operators/routing.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import type { CommandRun } from "../../test/run-command.ts";
import { runHere } from "../../test/run-here.ts";

const FILE = fileURLToPath(new URL("../../../edge/routing.toml", import.meta.url));

function run(args: readonly string[], environment: Record<string, string> = {}): Promise<CommandRun> {
  return runHere(["routing", ...args], { ADMIN_TOKEN, ...environment });
}

function brokenFile(): string {
  const path = join(dirname(temporaryPath()), "broken.toml");
  writeFileSync(
    path,
    readFileSync(FILE, "utf8").replace('"07:00"', '"7 am"').replace('mode = "auto"', 'mode = "on"'),
  );
  return path;
}

function nowMs(): number {
  return Date.parse("2027-01-15T12:00:00Z");
}

async function startOrigin() {
  const database = openForTest();
  const { operatorStore, around } = testOperators(database, nowMs);
  const shared = {
    database,
    operatorStore,
    nowMs,
    capacity: () => ({ instances: 1, maxInFlight: 64, answerMs: 6 }),
    rollouts: testRollouts(operatorStore, nowMs),
    isolateVersions: createIsolateVersions(),
    onRouting: () => Promise.resolve({ published: false, reason: "no KV in this test" }),
  };
  const mode = routingModeRoutes({ ...shared, onModeOverride: shared.onRouting });
  const app = around(routingRoutes(shared).route("/", rolloutRoutes(shared)).route("/", mode));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  return { database, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("checks a file without an origin", async () => {
  expect(await run(["check", FILE])).toEqual({ code: 0, stdout: `${FILE} is valid.\n`, stderr: "" });
  const path = brokenFile();
  const refused = await run(["check", path]);
  expect(refused.code).toBe(1);
  const [mode, from] = [lineOf(path, 'mode = "on"'), lineOf(path, 'from = "7 am"')];
  expect(refused.stderr.split("\n")).toEqual([
    expect.stringMatching(`^${path}:${mode}:8: mode: .*auto.*force-cluster`),
    `  ${mode} | mode = "on"`,
    expect.stringMatching(/^ +\| {8}\^{4}$/),
    `${path}:${from}:8: bands[1].from: must be a local time of day such as 18:30`,
    `  ${from} | from = "7 am"`,
    expect.stringMatching(/^ +\| {8}\^{6}$/),
    "",
  ]);
  expect(JSON.parse((await run(["check", path, "--json"])).stdout)).toMatchObject({
    file: path,
    valid: false,
    issues: [{ key: "mode" }, { key: "bands[1].from", line: from, column: 8, length: 6 }],
  });
});

function fileWithRule(then: string): string {
  const path = join(dirname(temporaryPath()), "rules.toml");
  writeFileSync(
    path,
    `${readFileSync(FILE, "utf8")}\n[[rules]]\nwhen = { campaign = "夏祭り-*" }\nthen = "${then}"\n`,
  );
  return path;
}

function lineOf(path: string, text: string): number {
  return readFileSync(path, "utf8").split("\n").indexOf(text) + 1;
}

test("checks a rule's cluster at the origin, and a push refuses it too", async () => {
  const { database, origin } = await startOrigin();
  const row = {
    parent: null,
    definition: "[]",
    leaf: true,
    members: 1,
    gain: 0,
    gainOverGeneric: 0,
    scores: Buffer.alloc(0),
  };
  replaceClusters(database, [{ ...row, position: 0, id: "esp.social" }]);
  const good = fileWithRule("esp.social");
  expect(await run(["check", good, "--origin", origin])).toEqual({
    code: 0,
    stdout: `${good} is valid.\n`,
    stderr: "",
  });
  const bad = fileWithRule("esp.socail");
  for (const command of ["check", "push"]) {
    const refused = await run([command, bad, "--origin", origin]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(
      `${bad}:${lineOf(bad, 'then = "esp.socail"')}:8: rules[0].then: no cluster "esp.socail" in the index; did you mean "esp.social"?`,
    );
  }
  expect(currentRouting(database)).toBeUndefined();
  replaceClusters(database, []);
  expect((await run(["push", bad, "--origin", origin])).stdout).toContain(
    'warning: rules[0].then: no cluster "esp.socail" in the index',
  );
  expect((await run(["show", "--origin", origin])).stdout).toContain(
    'warning: rules[0].then: no cluster "esp.socail" in the index',
  );
});

test("says what it could not check without an origin", async () => {
  const path = fileWithRule("esp.socail");
  // Nothing listens on port 1 (tcpmux).
  const checked = await run(["check", path], { ORIGIN_PORT: "1" });
  expect(checked).toMatchObject({ code: 0, stderr: "" });
  expect(checked.stdout).toContain(`${path} is valid as far as it can be checked here`);
  expect(checked.stdout).toContain("esp.socail (the origin at http://127.0.0.1:1 cannot be reached");
  expect((await run(["check", path, "--origin", "http://127.0.0.1:1"])).code).toBe(3);
  const withoutToken = await run(["check", path], { ADMIN_TOKEN: "short" });
  expect(withoutToken.code).toBe(0);
  expect(withoutToken.stdout).toContain("ADMIN_TOKEN");
});

test("takes an outcome that is all but spelt for what it is, also without an origin", async () => {
  const path = fileWithRule("indvidual");
  const checked = await run(["check", path], { ORIGIN_PORT: "1" });
  expect(checked).toMatchObject({ code: 1, stdout: "" });
  expect(checked.stderr).toContain(
    ':8: rules[0].then: there is hardly a cluster "indvidual"; did you mean "individual"?',
  );
});

test("pushes, shows and rolls back through the origin", async () => {
  const { database, origin } = await startOrigin();
  const pushed = await run(["push", FILE, "--origin", origin]);
  expect(pushed).toMatchObject({ code: 0, stderr: "" });
  expect(pushed.stdout).toContain("Version 1, pushed 2027-01-15T12:00:00.000Z");
  expect(pushed.stdout).toContain("band now: B daytime, 200 individual pages per second");
  expect(pushed.stdout).toContain("Not published to KV yet: no KV in this test");
  await run(["push", FILE, "--origin", origin]);
  const rolledBack = await run(["rollback", "--version", "1", "--origin", origin]);
  expect(rolledBack.stdout).toContain("Version 3");
  expect(rolledBack.stdout).toContain("(rollback to version 1)");
  expect(currentRouting(database)).toMatchObject({ version: 3, source: readFileSync(FILE, "utf8") });
  const shown = await run(["show", "--json", "--origin", origin]);
  expect(JSON.parse(shown.stdout)).toMatchObject({ version: 3, routing: { time_zone: "Europe/Madrid" } });
  const unknown = await run(["rollback", "--version", "9", "--origin", origin]);
  expect(unknown).toEqual({ code: 1, stdout: "", stderr: "The origin refused: there is no version 9\n" });
});

test("forces a mode for a while, tells of it, and ends it", async () => {
  const { origin } = await startOrigin();
  const mode = (...args: string[]) => run(["mode", ...args, "--origin", origin]);
  const forced = await mode("force-cluster", "--for", "15m", "--note", "the final");
  expect(forced.code).toBe(0);
  expect(forced.stdout).toContain(
    "Mode force-cluster until 2027-01-15T12:15:00.000Z, forced by admin; then auto again, by itself",
  );
  expect(JSON.parse((await mode("--json")).stdout)).toMatchObject({ mode: "force-cluster", by: "admin" });
  expect((await mode("--end")).stdout).toContain("Mode auto, by the routing");
});

test.each([
  [["force-cluster"], "say --for how long"],
  [["force-cluster", "--for", "25h"], "at most a day"],
  [["force-cluster", "--for", "soon"], "such as 90s, 15m or 2h"],
  [["force-origin", "--for", "5m"], "must be one of auto, force-cluster, force-individual"],
  [["auto", "--end"], "and not both"],
  [["--for", "5m"], "--for needs a mode"],
])("mode %j is wrong use", async (args, message) => {
  const wrong = await run(["mode", ...args]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(message);
});

test("pushes by stages, shows the rollout and aborts it; who expects another version is told what has changed", async () => {
  const { origin } = await startOrigin();
  await run(["push", FILE, "--origin", origin]);
  const path = join(dirname(temporaryPath()), "faster.toml");
  writeFileSync(path, readFileSync(FILE, "utf8").replace("deadline_ms = 250", "deadline_ms = 200"));
  const plan = ["--stages", "5,100", "--every", "10m", "--expect-version", "1"];
  const guards = ["--guard", "p99 < 300 ms", "--guard", "generic share < 3%"];
  const staged = await run(["push", path, "--origin", origin, ...plan, ...guards]);
  expect([staged.code, staged.stderr]).toEqual([0, ""]);
  expect(staged.stdout).toMatch(
    /^Rollout r2 of version 2 is announced: 5 % of the visitors from 12:02 UTC on\./,
  );
  const shown = await run(["rollout", "status", "--json", "--origin", origin]);
  expect(JSON.parse(shown.stdout)).toMatchObject({ rollout: { id: "r2", state: "announced" } });
  const aborted = await run(["rollout", "abort", "--note", "no", "--origin", origin]);
  expect(aborted.stdout).toContain(
    "Rollout r2 of version 2 was aborted at 12:00 UTC: by admin: no; everybody obeys version 1.",
  );
  expect((await run(["rollout", "abort", "--origin", origin])).code).toBe(1);
  await run(["push", path, "--origin", origin]);
  const late = await run(["push", FILE, "--origin", origin, "--expect-version", "1"]);
  expect([late.code, late.stderr]).toEqual([
    1,
    expect.stringMatching(/version 3 .*by admin[^]*deadline_ms was 250, and is now 200/),
  ]);
});

test("a file that is not valid does not reach the origin", async () => {
  const { database, origin } = await startOrigin();
  expect((await run(["push", brokenFile(), "--origin", origin])).code).toBe(1);
  expect(currentRouting(database)).toBeUndefined();
});

test("a wrong token is refused", async () => {
  const { origin } = await startOrigin();
  const refused = await run(["push", FILE, "--origin", origin], { ADMIN_TOKEN: "another-token-0123456789" });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("the admin token");
});

test("an origin that is away is named, with exit code 3", async () => {
  // Nothing listens on port 1 (tcpmux).
  const away = await run(["show"], { ORIGIN_PORT: "1" });
  expect(away.code).toBe(3);
  expect(away.stderr).toContain("The origin at http://127.0.0.1:1 cannot be reached: ");
});

test.each([
  ["a file that is not there", ["check", "absent.toml"], "absent.toml cannot be read"],
  ["a version that is no number", ["rollback", "--version", "last"], "must be a version number"],
  ["an unknown command", ["pull"], "unknown command"],
])("ends with 2 for %s", async (_, args, message) => {
  const done = await run(args);
  expect(done.code).toBe(2);
  expect(done.stderr).toContain(message);
});
