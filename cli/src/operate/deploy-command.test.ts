/**
 * Tests `spillway deploy` with a fake wrangler that records its calls, because tests have no Cloudflare
 * account.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand, type CommandRun } from "../../test/run-command.ts";

const ORIGIN = ["--origin-url", "https://origin.example.com"];
const EDGE_TOKEN = "deploy-test-edge-token";

/** The fake wrangler keeps in a file what the account has, and the calls it got. */
const FAKE_WRANGLER = `#!/usr/bin/env node
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const path = join(__dirname, "account.json");
const account = JSON.parse(readFileSync(path, "utf8"));
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];
account.calls.push(args.slice(0, 4).join(" "));
const fail = (text) => { save(); console.error(text); process.exit(1); };
const save = () => writeFileSync(path, JSON.stringify(account));
const command = args.slice(0, 3).join(" ");
if (command === "whoami --json") {
  if (!account.loggedIn) fail("not logged in");
  console.log(JSON.stringify({ loggedIn: true, accounts: account.accounts }));
} else if (command === "kv namespace list") console.log(JSON.stringify(account.namespaces));
else if (command === "kv namespace create") account.namespaces.push({ title: args[3], id: "0123456789abcdef0123456789abcdef" });
else if (args[1] === "info") account.queues.includes(args[2]) || fail('Queue "' + args[2] + '" does not exist. To create it, run: …');
else if (args[1] === "create") {
  if (account.refusesQueues) fail("Authentication error [code: 10000]");
  account.queues.push(args[2]);
} else if (args[0] === "deploy") {
  account.config = JSON.parse(readFileSync(option("--config"), "utf8"));
  account.secrets = JSON.parse(readFileSync(option("--secrets-file"), "utf8"));
  writeFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH, JSON.stringify({ type: "deploy", targets: [account.target] }) + "\\n");
} else fail("unknown command: " + args.join(" "));
save();
`;

type Account = {
  loggedIn: boolean;
  refusesQueues: boolean;
  accounts: { id: string; name: string }[];
  namespaces: { id: string; title: string }[];
  queues: string[];
  calls: string[];
  target: string;
  config?: { main: string; kv_namespaces: { id: string }[]; vars: { ORIGIN_URL: string } };
  secrets?: Record<string, string>;
};

let folder: string;
/** The answer of the deployed edge to `/health`. */
let edge: { problems: { key: string; reason: string }[]; generation: number | null };
let stopEdge: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "spillway-deploy-test-"));
  writeFileSync(join(folder, "wrangler"), FAKE_WRANGLER);
  chmodSync(join(folder, "wrangler"), 0o755);
  edge = { problems: [], generation: 7 };
  const page = {
    context: "homepage",
    cluster: "generic",
    generation: 7,
    builtAt: "2026-11-28T12:00:00.000Z",
    carousels: [{ id: "c", title: "For you", items: [] }],
  };
  const server = createServer((request, response) => {
    response.setHeader("spillway-served", "generic;reason=over-threshold");
    const health = { problems: edge.problems, clusterIndex: { generation: edge.generation } };
    response.end(JSON.stringify(request.url === "/health" ? health : page));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stopEdge = () => server.close();
  writeAccount({ target: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

afterEach(() => {
  stopEdge();
  rmSync(folder, { recursive: true, force: true });
});

function writeAccount(change: Partial<Account>): void {
  const path = join(folder, "account.json");
  const before: Account = existsSync(path)
    ? readAccount()
    : {
        loggedIn: true,
        refusesQueues: false,
        accounts: [{ id: "a1", name: "Ada's" }],
        namespaces: [],
        queues: ["spillway-events"],
        calls: [],
        target: "",
      };
  writeFileSync(path, JSON.stringify({ ...before, ...change }));
}

function readAccount(): Account {
  return JSON.parse(readFileSync(join(folder, "account.json"), "utf8")) as Account;
}

function deploy(...args: readonly string[]): Promise<CommandRun> {
  return runCommand(["deploy", ...args], {
    PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
    EDGE_TOKEN,
    SPILLWAY_DATA: folder,
  });
}

test("creates what is missing, deploys with ids and secret, and verifies; a second run creates nothing", async () => {
  const run = await deploy(...ORIGIN);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  const { config, secrets, queues, calls } = readAccount();
  expect(config?.kv_namespaces[0]?.id).toBe("0123456789abcdef0123456789abcdef");
  expect(config?.vars.ORIGIN_URL).toBe("https://origin.example.com");
  expect(existsSync(config?.main ?? "")).toBe(true);
  // What the origin uses too. A secret that is not named would stay as it was.
  expect(secrets).toEqual({ EDGE_TOKEN, EDGE_TOKEN_PREVIOUS: EDGE_TOKEN, USER_HASH_KEY: EDGE_TOKEN });
  expect(queues).toEqual(["spillway-events", "spillway-dead-letters", "spillway-serving-log"]);
  expect(calls.some((call) => call.includes("create spillway-events"))).toBe(false);
  expect(run.stdout).toContain("KV_API_BASE=https://api.cloudflare.com/client/v4/accounts/a1");
  expect(run.stdout).toContain("generation 7, no problems");
  expect(run.stdout).toContain("generic;reason=over-threshold");
  expect(run.stdout).not.toContain(EDGE_TOKEN);

  writeAccount({ calls: [] });
  expect(await deploy(...ORIGIN)).toMatchObject({ code: 0 });
  expect(readAccount().calls.filter((call) => call.includes("create"))).toEqual([]);
});

test("a step that fails is named, with how to go on", async () => {
  writeAccount({ refusesQueues: true });
  const failed = await deploy(...ORIGIN);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('Step "queues" failed: Authentication error [code: 10000]');
  expect(failed.stderr).toContain("Queues: Edit");
  expect(readAccount().config).toBeUndefined();
});

test("without a login nothing is touched", async () => {
  writeAccount({ loggedIn: false });
  const run = await deploy(...ORIGIN);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('Step "account" failed: not logged in');
  expect(readAccount().calls).toEqual(["whoami --json"]);
});

test("of several accounts one has to be named", async () => {
  writeAccount({
    accounts: [
      { id: "a1", name: "Ada's" },
      { id: "a2", name: "Grace's" },
    ],
  });
  const run = await deploy(...ORIGIN);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("a2 (Grace's)");
});

test("an edge without an index, or with problems, is no success", async () => {
  edge = { problems: [{ key: "EDGE_TOKEN", reason: "must be a secret" }], generation: null };
  const run = await deploy(...ORIGIN, "--wait", "0");
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('Step "verify" failed: the edge is not ready:\nEDGE_TOKEN: must be a secret');
});

test("wrong use ends with 2 and runs nothing", async () => {
  for (const args of [
    ["--origin-url", "http://localhost:1"],
    [...ORIGIN, "--wait", "soon"],
  ])
    expect(await deploy(...args)).toMatchObject({ code: 2 });
  expect(readAccount().calls).toEqual([]);
});

test("a dry run bundles the worker with the real wrangler, and changes nothing", async () => {
  rmSync(join(folder, "wrangler"));
  const run = await deploy(...ORIGIN, "--dry-run");
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).toMatch(/Total Upload: [\d.]+ KiB/);
  expect(run.stdout).toContain("would run wrangler queues create spillway-events, unless there is one");
  expect(readAccount().calls).toEqual([]);
});
