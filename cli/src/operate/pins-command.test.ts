import { tupleWith } from "@spillway/shared/test/decision-tuple.ts";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import { draftRoutes } from "@spillway/origin/http/editorial-drafts.ts";
import { previewRoutes } from "@spillway/origin/http/editorial-preview.ts";
import { editorialRoutes } from "@spillway/origin/http/editorial.ts";
import { ADMIN_TOKEN, testOperators } from "@spillway/origin/test/test-operators.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { runHere } from "../../test/run-here.ts";

const NOW_MS = Date.parse("2026-07-10T20:00:00Z");

function tuple(team: string, weight: number): DecisionTuple {
  return tupleWith({ team }, { minute: Math.floor(NOW_MS / 60_000) - 60, weight });
}

const ABOUT = {
  day: Math.floor(NOW_MS / 86_400_000),
  source: "recorded",
  tuples: 2,
  weight: 100,
  withheld: 0,
  complete: false,
  storedMs: NOW_MS,
} as const;

async function startOrigin(sample?: readonly DecisionTuple[]) {
  const path = temporaryPath();
  const database = openForTest(path);
  const film = { kind: "movie" as const, genres: [], teams: [], takenDown: false };
  upsertItems(
    database,
    ["a", "b"].map((id) => ({ ...film, id, title: `Film ${id}` })),
    "api",
    1,
  );
  const { operatorStore, around } = testOperators(database, () => NOW_MS);
  if (sample !== undefined) await operatorStore.samples.put([{ about: ABOUT, tuples: sample }]);
  const deps = {
    database,
    operatorStore,
    nowMs: () => NOW_MS,
    contentNowMs: () => NOW_MS,
    onEditorialChange: () => undefined,
  };
  const app = around(editorialRoutes(deps), draftRoutes(deps), previewRoutes(deps));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const file = join(dirname(path), "pins.json");
  return {
    file,
    operatorStore,
    write: (pins: unknown) => writeFileSync(file, JSON.stringify({ pins })),
    run: (...args: string[]) => runHere(["pins", ...args], { ORIGIN_PORT: String(port), ADMIN_TOKEN }),
  };
}

test("a set is compared, put, listed with its reach, and put again as it was listed", async () => {
  const { file, write, run } = await startOrigin([tuple("ESP", 30), tuple("none", 70)]);
  write([
    { id: "fans", items: ["a"], when: { team: "ESP" } },
    { id: "all", items: ["b"] },
  ]);
  const diff = await run("diff", file);
  expect(diff.code).toBe(1);
  expect(diff.stdout).toContain("+ fans: ");
  expect(diff.stdout).toContain("fans reaches 30 % of about 100 requests");
  expect(diff.stdout).toContain("conflict (slot): fans and all both lead the first carousel on homepage");
  expect(await run("put", file, "--note", "quarter-final", "--expect-version", "0")).toMatchObject({
    code: 0,
  });
  const again = await run("put", file, "--expect-version", "0");
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("at version 1 since") });
  const list = await run("list");
  expect(list.stdout).toContain("for team=ESP; reach: 30 % of about 100 requests");
  writeFileSync(file, (await run("list", "--json")).stdout);
  expect(await run("diff", file)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("No pin differs."),
  });
});

test("without a sample the reach is unknown, and said to be", async () => {
  const { file, write, run } = await startOrigin();
  write([{ id: "all", items: ["b"] }]);
  await run("put", file);
  expect((await run("list")).stdout).toContain("reach: unknown, there is no sample");
});

test("a draft is listed until it is cancelled", async () => {
  const { file, write, run } = await startOrigin();
  write([{ id: "kickoff", items: ["a"] }]);
  const added = await run("put", file, "--at", "2026-07-10T21:00Z", "--note", "kick-off");
  expect(added.stdout).toContain(
    "draft 1  waiting  at 2026-07-10T21:00:00.000Z  by admin (kick-off)  1 pin: kickoff",
  );
  expect((await run("list")).stdout).toContain("draft 1  waiting");
  expect(await run("cancel", "1")).toMatchObject({ code: 0, stdout: expect.stringContaining("cancelled") });
  expect((await run("cancel", "1")).code).toBe(1);
});

test("a preview says what an audience sees, and why", async () => {
  const { file, write, run } = await startOrigin();
  write([
    { id: "fans", items: ["a"], when: { team: "ESP" }, title: "Tonight" },
    { id: "later", items: ["b"], from: "2026-07-11T00:00:00Z" },
  ]);
  const asFan = await run("preview", file, "--as", "team=ESP,country=DE,rating=12");
  expect(asFan.stdout).toContain("  Tonight: Film a\n");
  expect(asFan.stdout).toContain("not shown: later begins at 2026-07-11T00:00:00Z");
  const other = await run("preview", file, "--as", "team=BEL", "--at", "2026-07-11T00:00Z");
  expect(other.stdout).toContain('not shown: fans is for {"team":"ESP"}');
});

test.each([
  [
    "an unknown item",
    '{"pins":[{"id":"p","items":["ghost"]}]}',
    ["put"],
    1,
    "json:1:29: pins[0].items[0]: no item",
  ],
  [
    "an unknown item of a bare list",
    '[\n{"id":"p","items":["ghost"]}]',
    ["put"],
    1,
    "json:2:20: [0].items[0]: no item",
  ],
  [
    "a wrong type",
    '{"pins":[{"id":"p","items":"a"}]}',
    ["diff"],
    1,
    "json:1:28: pins[0].items: must be a list, not",
  ],
  ["no JSON", "{", ["put"], 1, "json:1:2: a key in double quotes is missing"],
  ["no list", '{"pin":[]}', ["diff"], 1, ": pins: "],
  ["an audience that is none", '{"pins":[]}', ["preview", "--as", "ESP"], 2, "must be such as team=ESP"],
  ["a signal that is none", '{"pins":[]}', ["preview", "--as", "mood=x"], 1, "mood"],
  [
    "a start that has passed",
    '\uFEFF{"pins":[]}',
    ["put", "--at", "2020-01-01"],
    1,
    "--at: must be after now",
  ],
  ["a time that is none", '{"pins":[]}', ["put", "--at", "soon"], 2, "ISO 8601"],
])("%s is told, and nothing changes", async (_, text, args, code, message) => {
  const { file, run, operatorStore } = await startOrigin();
  writeFileSync(file, text);
  const [name = "", ...more] = args;
  expect(await run(name, file, ...more)).toMatchObject({ code, stderr: expect.stringContaining(message) });
  expect(await operatorStore.pins.current()).toBeUndefined();
});
