import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import type { Carousel } from "@spillway/shared/protocol/page.ts";
import { beforeEach, expect, test } from "vitest";
import { memoryKv, type MemoryKv } from "../../kv/memory.ts";
import type { Database } from "@spillway/store/database.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { getPage } from "@spillway/store/pages/pages.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { seedFans } from "../../../test/fans.ts";
import { runCycle } from "./cycle.ts";
import type { CycleReport } from "./cycle-report.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");

let database: Database;
let kv: MemoryKv;
let clockMs: number;

beforeEach(() => {
  database = openForTest(":memory:");
  kv = memoryKv();
  clockMs = NOW_MS;
  seedFans(database, NOW_MS);
});

/** Each cycle runs a minute after the last one. */
async function cycle(): Promise<CycleReport> {
  clockMs += 60_000;
  return runCycle({ database, kv, now: () => clockMs }, "test");
}

function shown(cluster: string): {
  readonly items: string[];
  readonly hash: string;
  readonly generation: number;
} {
  const page = getPage(database, "homepage", cluster);
  if (page === undefined) throw new Error(`${cluster} has no page`);
  const [first] = JSON.parse(page.carousels) as Carousel[];
  return {
    items: first?.items.map(({ id }) => id) ?? [],
    hash: page.contentHash,
    generation: page.generation,
  };
}

let sent = 0;

/** Stores plays of an item on the cluster's page, by visitors of whom nothing else is known. */
function play(cluster: string, item: string, visitors: number, claim: Partial<StoredEvent> = {}): void {
  const { items, generation } = shown(cluster);
  const carousel = (JSON.parse(getPage(database, "homepage", cluster)?.carousels ?? "[]") as Carousel[])[0]
    ?.id;
  const events = Array.from({ length: visitors }, (_, at): StoredEvent => ({
    id: `e${(sent += 1)}`,
    type: "play",
    user: `visitor-${at}`,
    item,
    timeMs: clockMs,
    servedAs: "cluster",
    cluster,
    generation,
    context: "homepage",
    carousel,
    position: items.indexOf(item),
    ...claim,
  }));
  insertEvents(database, events, clockMs);
}

test("what several visitors play on a cluster's page rises on it, and no other page changes", async () => {
  await cycle();
  const [before, others] = [shown("esp"), shown("bel").hash];
  const low = before.items[5] ?? "";
  play("esp", low, 6);
  await cycle();
  expect(shown("esp").items.indexOf(low)).toBeLessThan(5);
  expect(shown("bel").hash).toBe(others);
});

test("one play by one visitor moves its item, and the next cycle writes nothing", async () => {
  await cycle();
  const before = shown("esp");
  const low = before.items[5] ?? "";
  play("esp", low, 1);
  expect((await cycle()).pagesWritten).toBeGreaterThan(0);
  expect(shown("esp").items.indexOf(low)).toBeLessThan(5);
  expect(await cycle()).toMatchObject({ pagesWritten: 0, pagesChanged: 0 });
});

test("a visitor who plays it again and again counts once a day", async () => {
  await cycle();
  const low = shown("esp").items[5] ?? "";
  play("esp", low, 1);
  await cycle();
  const once = shown("esp");
  for (let times = 0; times < 20; times += 1) play("esp", low, 1, { user: "visitor-0" });
  await cycle();
  expect(shown("esp").items).toEqual(once.items);
});

test("a play whose claim is contradicted moves nothing on the page that it names", async () => {
  await cycle();
  const before = shown("esp");
  play("esp", before.items[5] ?? "", 6, { position: 2 });
  play("esp", before.items[5] ?? "", 6, { generation: 9 });
  await cycle();
  expect(shown("esp").hash).toBe(before.hash);
});
