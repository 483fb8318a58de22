import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { MemoryKv } from "../../kv/memory.ts";
import { memoryKv } from "../../kv/memory.ts";
import { differentNodes } from "@spillway/model/clusters/cluster-sums.ts";
import { meanHistories } from "@spillway/model/clusters/mean-histories.ts";
import { inlinePool } from "@spillway/model/workers/pool.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { replaceSuspects } from "@spillway/store/operators/suspects.ts";
import { allClusters } from "@spillway/store/pages/clusters.ts";
import { countUsers } from "@spillway/model/profile/packed-page.ts";
import { movedBefore } from "@spillway/store/profiles/profile-moves.ts";
import { putProfiles, profileOf } from "@spillway/store/profiles/profiles.ts";
import { link, unlink } from "../../identity/identify.ts";
import { eraseUserData } from "../../identity/user-data.ts";
import { seedFans, teamItem } from "../../../test/fans.ts";
import { runCycle } from "../process/cycle.ts";
import type { CycleReport } from "../process/cycle-report.ts";
import type { CycleState } from "./follow-audience.ts";
import type { LiveAudience } from "./live-audience.ts";
import { passOverAudience } from "./pass-over-audience.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const DAY_MS = 86_400_000;

type Platform = {
  readonly database: Database;
  readonly kv: MemoryKv;
  nowMs: number;
  state: CycleState | undefined;
  readonly cycle: () => Promise<CycleReport>;
  readonly live: () => LiveAudience;
};

function open(deps: { readonly learnUsers?: number } = {}): Platform & Disposable {
  const database = openDatabase(":memory:");
  seedFans(database, NOW_MS);
  const kv = memoryKv();
  const platform: Platform = {
    database,
    kv,
    nowMs: NOW_MS,
    state: undefined,
    cycle: () =>
      runCycle(
        {
          ...deps,
          database,
          kv,
          now: () => platform.nowMs,
          hashUser,
          trainCadenceMs: 10 * DAY_MS,
          learnCadenceMs: 10 * DAY_MS,
          onStored: (stored) => void (platform.state = stored),
        },
        "test",
        { refreshState: platform.state },
      ),
    live: () => {
      if (platform.state?.live === undefined) throw new Error("no cycle has run");
      return platform.state.live;
    },
  };
  return Object.assign(platform, { [Symbol.dispose]: () => database.close() });
}

let events = 0;

function play({ database, nowMs }: Platform, user: number, item: number): void {
  const items = allItems(database);
  const { id } = items[item % items.length]!.item;
  const signals = { ...NO_SIGNALS, team: user % 3 === 0 ? "BEL" : "ESP" };
  const event = { id: `e${(events += 1)}`, type: "complete" as const, item: id, user: `u${user}`, signals };
  insertEvents(database, [{ ...event, timeMs: nowMs }], nowMs);
}

function erase(database: Database, user: number, nowMs: number): void {
  eraseUserData({ database, servingLog: undefined, hashUser }, `u${user}`, nowMs);
}

function hashUser(user: string): string {
  return user.padEnd(16, "x");
}

/** What happens between cycles, each with two numbers that were drawn. */
const HAPPENINGS: Readonly<Record<string, (platform: Platform, a: number, b: number) => void>> = {
  "a user plays": (platform, a, b) => play(platform, a % 340, b),
  "many play": (platform, a, b) => {
    for (let at = 0; at < 30; at += 1) play(platform, (a + 7 * at) % 340, b + at);
  },
  "a user is erased": ({ database, nowMs }, a) => erase(database, a % 340, nowMs),
  "a visitor is linked": ({ database, nowMs }, a, b) =>
    void link(database, `u${a % 340}`, `u${b % 340}`, nowMs),
  "a link is undone": ({ database }, a) => void unlink(database, `u${a % 340}`),
  "a profile is imported again": ({ database }, a, b) => {
    const row = profileOf(database, `u${b % 340}`);
    if (row !== undefined) putProfiles(database, [{ ...row, user: `u${a % 400}`, visits: 1 + (b % 30) }]);
  },
  "the list of suspects is another": ({ database, nowMs }, a, b) => {
    const list = [a, b].map((user) => ({
      hash: hashUser(`u${user % 340}`),
      user: null,
      why: null,
      expiresMs: nowMs + DAY_MS,
    }));
    replaceSuspects(database, list, nowMs);
  },
  "an item is taken down": ({ database, nowMs }, a) => {
    const { item } = allItems(database)[a % 24]!;
    upsertItems(database, [{ ...item, takenDown: !item.takenDown }], "api", nowMs);
  },
  "an item is new or dated otherwise": ({ database, nowMs }, a, b) => {
    const publishedAt = new Date(NOW_MS - (b % 40) * DAY_MS).toISOString();
    upsertItems(database, [{ ...teamItem("ESP", a % 20), publishedAt }], "api", nowMs);
  },
  "an hour passes": (platform) => void (platform.nowMs += 3_600_000),
  "the process starts again": (platform) => void (platform.state = undefined),
};

function bytes(means: Float32Array): Buffer {
  return Buffer.from(means.slice().buffer);
}

/** Counts the rows that statements return from now on. */
function countRows({ sqlite }: Database): () => number {
  const statement = Object.getPrototypeOf(sqlite.prepare("SELECT 1")) as { all: () => unknown[] };
  const all = vi.spyOn(statement, "all");
  onTestFinished(() => all.mockRestore());
  return () => all.mock.results.reduce((rows, { value }) => rows + (value as unknown[]).length, 0);
}

function dieAtPages(stage: string): void {
  if (stage === "pages") throw new Error("killed");
}

async function expectExact(platform: Platform): Promise<void> {
  const live = platform.live();
  const pass = await passOverAudience(platform.database, live, inlinePool, () => undefined);
  expect(differentNodes(live.sums, pass.sums)).toBe(0);
  expect(live.counted.size()).toBe(pass.counted.size());
  const means = await meanHistories(live.nodes, live.sums, inlinePool);
  const fromPass = await meanHistories(live.nodes, pass.sums, inlinePool);
  expect(bytes(means).equals(bytes(fromPass))).toBe(true);
  expect(allClusters(platform.database).map(({ members }) => members)).toEqual([...pass.sums.members]);
}

describe("following the audience", () => {
  test("gives what a pass over everybody gives, to the last bit, whatever happens between cycles", async () => {
    const happening = fc.tuple(fc.constantFrom(...Object.keys(HAPPENINGS)), fc.nat(1000), fc.nat(1000));
    const cycles = fc.array(fc.array(happening, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(cycles, async (between) => {
        using platform = open();
        await platform.cycle();
        await expectExact(platform);
        for (const happenings of between) {
          for (const [name, a, b] of happenings) HAPPENINGS[name]!(platform, a, b);
          await platform.cycle();
          await expectExact(platform);
        }
      }),
      { numRuns: 8 },
    );
  });

  test("reads nobody where nobody has moved, and builds no page", async () => {
    using platform = open();
    expect(await platform.cycle()).toMatchObject({ kind: "full", users: 300 });
    await platform.cycle();
    platform.nowMs += 60_000;
    const rows = countRows(platform.database);
    const report = await platform.cycle();
    expect(report).toMatchObject({ kind: "followed", users: 300, profilesMoved: 0, pagesBuilt: 0 });
    // Cursors, and what stands of this cycle: there are 24 titles, and more pages.
    expect(rows()).toBeLessThan(24);
  });

  test("sees what has changed but for profiles: an item's window, engagement's days, what KV has lost", async () => {
    using platform = open();
    const { database, kv } = platform;
    const availableFrom = new Date(NOW_MS + 3_600_000).toISOString();
    upsertItems(database, [{ ...allItems(database)[0]!.item, availableFrom }], "api", NOW_MS);
    await platform.cycle();
    const quiet = { kind: "followed", itemsChanged: 0, pagesWritten: 0, packsWritten: 0 };
    expect(await platform.cycle()).toMatchObject(quiet);
    platform.nowMs += 3_600_000;
    expect(await platform.cycle()).toMatchObject({ kind: "followed", itemsChanged: 1 });
    expect(await platform.cycle()).toMatchObject(quiet);
    const before = [...kv.pairs.keys(), ...kv.binaries.keys()];
    await kv.deleteMany(before);
    expect(await platform.cycle()).toMatchObject({ kind: "followed", pagesBuilt: 0, packsWritten: 3 });
    expect(new Set([...kv.pairs.keys(), ...kv.binaries.keys()])).toEqual(new Set(before));
    expect(await platform.cycle()).toMatchObject(quiet);
    // The pack of the next day begins with it.
    const match = { kind: "match" as const, startsAt: availableFrom, endsAt: availableFrom };
    upsertItems(database, [{ ...allItems(database)[1]!.item, ...match }], "api", NOW_MS);
    expect((await platform.cycle()).packsWritten).toBeGreaterThan(0);
    platform.nowMs += DAY_MS;
    expect((await platform.cycle()).packsWritten).toBeGreaterThan(0);
  });

  test("deletes the page of a retired cluster after an hour, also where nothing else has changed", async () => {
    using platform = open();
    await platform.cycle();
    const { sqlite } = platform.database;
    sqlite.exec(`INSERT INTO pages (context, cluster, generation, built_ms, content_hash, layout, carousels)
      SELECT context, 'gone', generation, built_ms, content_hash, layout, carousels FROM pages WHERE context = 'homepage' LIMIT 1`);
    sqlite.exec(`INSERT INTO published VALUES ('page:homepage:gone', 'hash', ${NOW_MS})`);
    const retired: number[] = [];
    for (const minutes of [1, 1, 58, 2, 1]) {
      platform.nowMs += minutes * 60_000;
      retired.push((await platform.cycle()).keysRetired);
    }
    expect(retired).toEqual([0, 0, 0, 1, 0]);
  });

  test("keeps nothing of who was erased, and takes them out of the sums in the next cycle", async () => {
    using platform = open();
    await platform.cycle();
    const { database } = platform;
    const row = profileOf(database, "u6");
    if (row === undefined) throw new Error("u6 has no profile");
    putProfiles(database, [{ ...row, visits: 9 }]);
    expect([...movedBefore(database, 10)].map(countUsers)).toEqual([1]);
    erase(database, 5, NOW_MS);
    expect([...movedBefore(database, 10)]).toEqual([]);
    expect(await platform.cycle()).toMatchObject({ kind: "followed", users: 299 });
    await expectExact(platform);
    // An erasure that finds nobody leaves the watch alone.
    putProfiles(database, [row]);
    erase(database, 5, NOW_MS);
    expect(await platform.cycle()).toMatchObject({ kind: "followed", users: 299, profilesMoved: 1 });
  });

  test("a proof finds nothing, or says how many clusters' sums are wrong and makes them right", async () => {
    using platform = open();
    await platform.cycle();
    for (let user = 0; user < 40; user += 1) play(platform, user, user);
    await platform.cycle();
    platform.nowMs += 11 * DAY_MS;
    expect(await platform.cycle()).toMatchObject({ kind: "full", clustersDifferent: 0 });
    platform.live().sums.values[3]! += 1;
    play(platform, 7, 3);
    platform.nowMs += 11 * DAY_MS;
    expect(await platform.cycle()).toMatchObject({ kind: "full", clustersDifferent: 1 });
    await expectExact(platform);
  });

  test("clusters are learned from a sample, and their sums are of everybody", async () => {
    using platform = open({ learnUsers: 100 });
    const report = await platform.cycle();
    expect(report).toMatchObject({ kind: "full", users: 300 });
    expect(report.clusters).toBeGreaterThan(1);
    await expectExact(platform);
    play(platform, 9, 3);
    expect(await platform.cycle()).toMatchObject({ kind: "followed", users: 300, profilesMoved: 1 });
    await expectExact(platform);
  });

  test("an audience that has grown by more than a fifth is learned from at once", async () => {
    using platform = open();
    await platform.cycle();
    const row = profileOf(platform.database, "u1");
    if (row === undefined) throw new Error("u1 has no profile");
    const more = (from: number) =>
      Array.from({ length: 40 }, (_, at) => ({ ...row, user: `more${from + at}` }));
    const kinds: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      putProfiles(platform.database, more(40 * round));
      kinds.push((await platform.cycle()).kind);
    }
    expect(kinds).toEqual(["followed", "followed", "full"]);
    putProfiles(platform.database, [...more(1000), ...more(2000), ...more(3000)]);
    expect(await platform.cycle()).toMatchObject({ kind: "full", users: 540 });
  });

  test("another process's watch makes it read everybody", async () => {
    using platform = open();
    await platform.cycle();
    const other = platform.state;
    platform.state = undefined;
    await platform.cycle();
    platform.state = other;
    expect(await platform.cycle()).toMatchObject({ kind: "full" });
    await expectExact(platform);
  });

  test("a cycle that dies after its means were written leaves their pages to the next", async () => {
    using platform = open();
    await platform.cycle();
    for (let user = 0; user < 60; user += 1) play(platform, user, 5);
    const { database, kv, nowMs, state } = platform;
    await expect(
      runCycle({ database, kv, now: () => nowMs, onProgress: dieAtPages }, "dies", { refreshState: state }),
    ).rejects.toThrow("killed");
    const report = await platform.cycle();
    expect(report).toMatchObject({ kind: "followed", profilesMoved: 0 });
    expect(report.clustersRenewed).toBeGreaterThan(0);
    await expectExact(platform);
  });
});
