import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import { auditRoutes } from "@spillway/origin/http/operators/audit.ts";
import { tokenRoutes } from "@spillway/origin/http/operators/tokens.ts";
import { routingRoutes } from "@spillway/origin/http/routing.ts";
import { ADMIN_TOKEN, testOperators } from "@spillway/origin/test/test-operators.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { runHere } from "../../test/run-here.ts";
import { testRollouts } from "@spillway/origin/test/test-rollouts.ts";
import { createIsolateVersions } from "@spillway/origin/rollout/isolate-versions.ts";

const ROUTING = fileURLToPath(new URL("../../../edge/routing.toml", import.meta.url));
const NOW_MS = Date.parse("2027-01-15T12:00:00Z");
/** Nothing listens on port 9 (discard) of loopback. */
const AWAY = { ORIGIN_PORT: "9", KV_API_BASE: "http://127.0.0.1:9" };

async function startOrigin() {
  const database = openForTest();
  const { operatorStore, around } = testOperators(database, () => NOW_MS);
  const deps = {
    database,
    operatorStore,
    nowMs: () => NOW_MS,
    capacity: () => ({ instances: 1, maxInFlight: 64, answerMs: 6 }),
    rollouts: testRollouts(operatorStore, () => NOW_MS),
    isolateVersions: createIsolateVersions(),
  };
  const app = around(
    tokenRoutes(deps),
    auditRoutes(deps),
    routingRoutes({ ...deps, onRouting: () => Promise.resolve({ published: true }) }),
  );
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    operatorStore,
    rollouts: testRollouts(operatorStore, Date.now),
    isolateVersions: createIsolateVersions(),
    run: (args: readonly string[], environment: Readonly<Record<string, string>> = { ADMIN_TOKEN }) =>
      runHere(args, { ORIGIN_PORT: String(port), ...environment }),
  };
}

test("a token is made, works within its role, and is void once it is revoked", async () => {
  const { run } = await startOrigin();
  const made = await run([
    "tokens",
    "create",
    "ada",
    "--role",
    "viewer",
    "--expires",
    "90d",
    "--note",
    "new here",
  ]);
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining("2027-04-15T12:00:00.000Z") });
  const token = made.stdout.trim();
  expect(token).toMatch(/^spw_[0-9a-f]{16}_[\w-]{43}$/);
  const asAda = { OPERATOR_TOKEN: token };
  expect(await run(["routing", "push", ROUTING], asAda)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("ada is a viewer; this needs an operator"),
  });
  const audit = await run(["audit"], asAda);
  expect(audit).toMatchObject({ code: 0, stderr: "" });
  expect(audit.stdout).toBe(
    "2027-01-15T12:00:00.000Z  token.create  token ada  by admin, admin-token from 127.0.0.1: new here\n" +
      '    + {"role":"viewer","expires":"2027-04-15T12:00:00.000Z"}\n',
  );
  const list = await run(["tokens", "list"]);
  expect(list.stdout).toMatch(/^name +role.*\nada +viewer +valid +2027-01-15T12:00Z +admin /);
  expect(list.stdout).not.toContain(token.slice(-20));
  expect(await run(["tokens", "revoke", "ada"])).toMatchObject({ code: 0 });
  expect((await run(["audit"], asAda)).code).toBe(1);
  expect((await run(["tokens", "revoke", "ada"])).stderr).toContain('there is no valid token "ada"');
});

test.each([
  ["a role that is none", ["create", "x", "--role", "god"], 2, "viewer, editor, operator"],
  ["no role", ["create", "x"], 2, "--role"],
  ["a time that is none", ["create", "x", "--role", "viewer", "--expires", "soon"], 2, "such as 90d"],
  [
    "the admin's name",
    ["create", "admin", "--role", "viewer"],
    1,
    "name: is the name of who holds ADMIN_TOKEN",
  ],
  ["a name with blanks", ["create", "a b", "--role", "viewer"], 1, "name: must be 1–64 of"],
])("%s is told", async (_, args, code, text) => {
  const { run } = await startOrigin();
  expect(await run(["tokens", ...args])).toMatchObject({ code, stderr: expect.stringContaining(text) });
});

test("a push says why, and the audit log tells it", async () => {
  const { run } = await startOrigin();
  await run(["routing", "push", ROUTING, "--note", "before the match"]);
  await run(["routing", "push", ROUTING]);
  await run(["routing", "rollback", "--note", "nothing new"]);
  const { stdout } = await run(["audit", "--kind", "routing", "--json"]);
  const entries = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { action: string; note?: string });
  expect(entries.map(({ action, note }) => [action, note])).toEqual([
    ["routing.rollback", "rollback to version 1: nothing new"],
    ["routing.push", undefined],
    ["routing.push", "before the match"],
  ]);
  expect((await run(["audit", "--since", "2027-01-16"])).stdout).toBe("Nothing has been changed.\n");
  expect((await run(["audit", "--since", "tomorrow"])).code).toBe(2);
});

test("what somebody has written moves no terminal's cursor", async () => {
  const { operatorStore, run } = await startOrigin();
  await operatorStore.audit.append({
    atMs: NOW_MS,
    by: "a",
    role: "editor",
    via: "token",
    address: undefined,
    action: "pins.put",
    subject: "pins 1",
    after: "\u001B[2J",
    note: "\u009B2J",
  });
  const { stdout } = await run(["audit"]);
  expect(stdout).toContain("\\u009b2J");
  expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});

test("commands beside the origin are in the log, with the account, and without the user's id", async () => {
  const path = temporaryPath();
  const environment = {
    SPILLWAY_DATA: dirname(path),
    EDGE_TOKEN: "edge-token-0123456789",
    ADMIN_TOKEN,
    ...AWAY,
  };
  const run = (...args: string[]) => runHere(args, environment);
  const [suspects, items] = ["suspects.jsonl", "items.csv"].map((name) => join(dirname(path), name));
  writeFileSync(suspects ?? "", '{"user":"secret-user"}\n');
  writeFileSync(items ?? "", "id,title\na,Film A\n");
  await run("import", "--items", items ?? "");
  await run("suspects", "publish", suspects ?? "", "--note", "night scrapers");
  await run("user", "erase", "secret-user", "--note", "asked by letter");
  await run("backup", join(dirname(path), "copy.tar"));
  const { stdout, stderr } = await run("audit", "--json");
  expect(stderr).toContain("The origin cannot be reached");
  expect(stdout).not.toContain("secret-user");
  const entries = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const hash = createUserHash(environment.EDGE_TOKEN)("secret-user");
  expect(entries).toMatchObject([
    { action: "backup.write", subject: "backup copy.tar" },
    { action: "user.erase", subject: `user ${hash}`, note: "asked by letter" },
    { action: "suspects.publish", note: "night scrapers", after: { listed: 1, added: 1 } },
    { action: "catalogue.import", after: { items: 1 } },
  ]);
  expect(new Set(entries.map(({ by, via }) => `${String(by)} ${String(via)}`))).toEqual(
    new Set([`${userInfo().username} command`]),
  );
  const database = openForTest(path);
  expect(await sqliteOperatorStore(database).audit.list({ limit: 9 })).toHaveLength(4);
});
