import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openServingLog } from "@spillway/origin/serving-log/serving-log.ts";
import type { ServingRecord } from "@spillway/shared/protocol/serving-log.ts";
import { replaceClusters } from "@spillway/store/pages/clusters.ts";
import { putPages } from "@spillway/store/pages/pages.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { runHere } from "../../test/run-here.ts";

const RECORD: ServingRecord = {
  user: "00000000000000aa",
  minute: 0,
  context: "homepage",
  as: "tailored",
  reason: "over-threshold",
  cluster: "esp",
  country: "ES",
  network: "",
  agent: "browser",
  calls: 3,
  version: 1,
  slow: 0,
};

async function setUp() {
  const path = temporaryPath();
  const folder = dirname(path);
  const database = openForTest(path);
  const run = async (...args: string[]) => runHere(["clusters", ...args], { SPILLWAY_DATA: folder });
  return { folder, database, run };
}

function page(cluster: string, ...items: string[]) {
  return {
    context: "homepage",
    cluster,
    generation: 1,
    builtMs: Date.now() - 7_200_000,
    contentHash: cluster,
    layout: new Uint8Array(),
    carousels: JSON.stringify([
      { id: "top", title: "Top", items: items.map((id) => ({ id, title: `Title ${id}`, kind: "movie" })) },
    ]),
    shown: "[]",
  };
}

async function grow({ database, folder }: Awaited<ReturnType<typeof setUp>>) {
  const node = { members: 5, gain: 0, gainOverGeneric: null, scores: Buffer.alloc(0) };
  const esp = JSON.stringify([{ signal: "team", value: "ESP\u001b[2J" }]);
  replaceClusters(database, [
    { ...node, position: 0, id: "generic", parent: null, definition: "[]", leaf: false, members: 1500 },
    { ...node, position: 1, id: "bel", parent: "generic", definition: "[]", leaf: true, gain: 0.2 },
    { ...node, position: 2, id: "esp", parent: "generic", definition: esp, leaf: true, gainOverGeneric: 0.5 },
  ]);
  await putPages(database, [page("generic", "a", "b"), page("esp", "b", "c")]);
  const log = openServingLog(join(folder, "serving-log.db"));
  const minute = Math.floor(Date.now() / 60_000);
  const head = { isolate: "i1", sequence: 0, part: 0, parts: 1, totals: { calls: 4, lost: 0 } };
  const other = { ...RECORD, minute, cluster: "bel", calls: 1 };
  log.store({ ...head, records: [{ ...RECORD, minute }, other] }, Date.now());
  log.close();
}

test("says that there are none before the first cycle, and that one is unknown", async () => {
  const { run } = await setUp();
  const { code, stdout, stderr } = await run("esp");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("pnpm spillway publish");
  expect(stderr).toContain("There is no cluster esp.");
});

test("lists clusters by the tree, or sorted and only those that are looked for", async () => {
  const opened = await setUp();
  await grow(opened);
  const { stdout } = await opened.run("--all");
  expect(stdout).toMatch(/generic\s+1,500\s+0\.0 %\s+\?\s+0\s+0\s+2 h/);
  expect(stdout).toMatch(
    /esp .*50\.0 %\s+3 \(75 %\)\s+3 \(75 %\)\s+2 h\s+team=ESP\\u001b\[2J {2}\(parent generic\)/,
  );
  expect(stdout).toContain("3 clusters. Pages of all: 4 in the last hour");
  const sorted = await opened.run("--json", "--sort", "day", "--find", "e");
  expect(JSON.parse(sorted.stdout)).toMatchObject([
    { id: "esp", leaf: true, parent: "generic", day: { tailored: 3 } },
    { id: "bel", gain: 0.2, page: null },
  ]);
});

test("shows a cluster's page beside the generic one, with what differs", async () => {
  const opened = await setUp();
  await grow(opened);
  const { stdout } = await opened.run("esp");
  expect(stdout).toContain("path       generic > esp");
  expect(stdout).toContain("last hour  3 (75 %) of 4 pages: 3 tailored");
  expect(stdout).toContain("1  Title b  [2 on the generic page]");
  expect(stdout).toContain("2  Title c  [not on the generic page]");
  expect(stdout).toContain("1  Title a  [not on its own page]");
  const bel = await opened.run("bel");
  expect(bel.stdout).toContain("It has no page of homepage. That of generic stands in.");
});
