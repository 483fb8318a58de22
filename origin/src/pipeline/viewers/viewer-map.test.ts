import { beforeEach, describe, expect, test } from "vitest";
import { packHistory, type HistoryEntry } from "@spillway/model/profile/history.ts";
import { stateInShard } from "@spillway/model/profile/viewer-shard.ts";
import { readViewerState } from "@spillway/model/profile/viewer-state-codec.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { createUserHash, ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { parseViewerMap, viewerShardKey, viewerShardOf } from "@spillway/shared/protocol/viewer-map.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import type { Database } from "@spillway/store/database.ts";
import { addViewerErasures } from "@spillway/store/events/viewer-erasures.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";
import { forgetPublished } from "@spillway/store/pages/published.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import type { TailoringKeys } from "@spillway/shared/routing/tailoring.ts";
import { eraseUserData } from "../../identity/user-data.ts";
import { memoryKv, type MemoryKv } from "../../kv/memory.ts";
import { KvError } from "../../kv/kv-namespace.ts";
import { runCycle } from "../process/cycle.ts";
import { seedTwoCamps } from "../../../test/test-recommender.ts";
import { createViewerMap, type ViewerMapOptions } from "./viewer-map.ts";
import { chooseBits } from "./viewer-index.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const HOUR_MS = 3600 * 1000;
const hashUser = createUserHash("a-key-of-sixteen-characters");

let database: Database;
let kv: MemoryKv;
let nowMs: number;
let learned: Parameters<ReturnType<typeof createViewerMap>["write"]>[0];

beforeEach(async () => {
  database = openForTest();
  kv = memoryKv();
  nowMs = NOW_MS;
  await seedTwoCamps(database, NOW_MS);
  await runCycle(
    { database, kv: memoryKv(), now: () => NOW_MS, onStored: (state) => (learned = state.learned) },
    "test",
  );
});

function open(more: Partial<ViewerMapOptions> = {}) {
  const options = { database, kv, now: () => nowMs, hashUser, cadenceMs: HOUR_MS, maxUsers: 1e6, ...more };
  const map = createViewerMap(options);
  return async (mayGoOn = () => true) => map.write(learned, mayGoOn);
}

function putPlays(user: string, plays: readonly Partial<HistoryEntry>[], updatedMs = NOW_MS): void {
  const history = plays.map((play, at) => ({ item: at + 1, weight: 1, timeMs: NOW_MS, ...play }));
  putProfiles(database, [
    { user, history: packHistory(history), signals: null, visits: 1, source: "events", updatedMs },
  ]);
}

function bitsInKv(): number | null | undefined {
  const checked = parseViewerMap(JSON.parse(kv.pairs.get(KV_KEY.viewers)?.value ?? "{}"));
  return checked.ok ? checked.value.bits : undefined;
}

/** What the edge would read. */
function stateOf(user: string): ViewerState | undefined {
  const hash = hashUser(user);
  const bits = bitsInKv() ?? 0;
  const shard = kv.binaries.get(viewerShardKey(bits, viewerShardOf(bits, hash)))?.value;
  const bytes = shard && stateInShard(shard, hash);
  const read = bytes && readViewerState(bytes);
  return read?.ownerTag === ownerTagOf(hash) ? read.state : undefined;
}

function push(tailoring: TailoringKeys): void {
  const bands = [{ name: "all day", from: "00:00", threshold_per_s: 1 }];
  const routing = { time_zone: "UTC", mode: "auto" as const, deadline_ms: 250, bands, rules: [], tailoring };
  pushRouting(database, routing, "", undefined, nowMs);
}

describe("the viewer map", () => {
  test("has everybody with three plays, and no visitor whose browser has a cookie", async () => {
    putPlays("two-plays", [{}, {}]);
    putPlays("three-and-a-look", [{}, {}, {}, { weight: 0.3 }]);
    putPlays("looks", [{ weight: 0.3 }, { weight: 0.3 }, { weight: 0.3 }]);
    putPlays("v_0a1b2c3d-0000-4000-8000-0123456789ab", [{}, {}, {}]);
    const report = await open()();
    expect(report).toMatchObject({
      bits: 0,
      users: 121,
      shards: 1,
      usersLeftOut: 0,
      titlesDropped: 0,
      writes: 2,
    });
    expect(stateOf("three-and-a-look")).toMatchObject({
      writtenMs: NOW_MS,
      plays: 3.25,
      signals: { depth: "casual" },
    });
    expect([...(stateOf("three-and-a-look")?.titles.items ?? [])]).toEqual([1, 2, 3, 4]);
    expect(stateOf("u0")?.signals.affinity).toMatch(/^drama/);
    for (const user of ["two-plays", "looks", "v_0a1b2c3d-0000-4000-8000-0123456789ab", "nobody"]) {
      expect(stateOf(user)).toBeUndefined();
    }
  });

  test("is written on its cadence, and only where something has changed", async () => {
    const write = open();
    await write();
    expect(await write()).toBeUndefined();
    // Depth and recency are of the last event: that time goes by changes no shard.
    nowMs += 40 * 24 * HOUR_MS;
    expect(await write()).toMatchObject({ users: 120, writes: 0 });
    putPlays("u0", [{}, {}, {}], nowMs);
    nowMs += HOUR_MS;
    expect(await write()).toMatchObject({ users: 120, writes: 1 });
    expect([...(stateOf("u0")?.titles.items ?? [])]).toEqual([1, 2, 3]);
    expect(await open()()).toBeUndefined();
  });

  test("is written at once where KV has lost it, or is another one", async () => {
    await open()();
    forgetPublished(database);
    kv = memoryKv();
    expect(await open()()).toMatchObject({ writes: 2 });
    expect(stateOf("u0")).toBeDefined();
  });

  test("is written whole after a failure of KV", async () => {
    let failing = true;
    const flaky = {
      ...kv,
      putMany: async (pairs: Parameters<typeof kv.putMany>[0]) => {
        if (failing) throw new KvError("KV is away");
        await kv.putMany(pairs);
      },
    };
    const write = open({ kv: flaky });
    await expect(write()).rejects.toThrow("KV is away");
    failing = false;
    expect(await write()).toMatchObject({ users: 120 });
    expect(stateOf("u0")).toBeDefined();
  });

  test("of many shards goes on where it stopped", async () => {
    for (let at = 0; at < 1200; at += 1) {
      putPlays(
        `many-${at}`,
        Array.from({ length: 60 }, (_, play) => ({
          item: at * 5000 + play * 7919 * (1 + (at % 7)),
          timeMs: NOW_MS - play * 1e8,
        })),
      );
    }
    const write = open();
    let calls = 1;
    let report = await write(() => false);
    while (report === undefined && calls < 100) {
      report = await write(() => false);
      calls += 1;
    }
    expect(report).toMatchObject({ users: 1320, shards: calls, writes: calls + 1 });
    expect(calls).toBe(2 ** (report?.bits ?? 0));
    expect(calls).toBeGreaterThan(1);
    for (let at = 0; at < 1200; at += 1) expect(stateOf(`many-${at}`)).toBeDefined();
  });

  test("has those who were active last where there may not be more", async () => {
    putPlays("newest", [{}, {}, {}], NOW_MS + 1000);
    expect(await open({ maxUsers: 1 })()).toMatchObject({ users: 1, usersLeftOut: 120 });
    expect(stateOf("newest")).toBeDefined();
    expect(stateOf("u0")).toBeUndefined();
  });

  test("forgets who was erased at its next writing, and counts a new state of a voided owner as newer", async () => {
    const write = open();
    await write();
    eraseUserData({ database, servingLog: undefined, hashUser }, "u0", NOW_MS);
    addViewerErasures(database, [{ ownerTag: ownerTagOf(hashUser("u1")), erasedMs: NOW_MS + 5000 }], NOW_MS);
    nowMs += HOUR_MS;
    expect(await write()).toMatchObject({ users: 119, writes: 1 });
    expect(stateOf("u0")).toBeUndefined();
    expect(stateOf("u1")?.writtenMs).toBe(NOW_MS + 6000);
  });

  test("is removed where no history may travel by it, once, and comes back", async () => {
    await open()();
    push({ history: "cookie" });
    expect(await open()()).toMatchObject({ bits: null, users: 0, writes: 2 });
    expect([bitsInKv(), kv.binaries.size]).toEqual([null, 0]);
    expect(await open()()).toBeUndefined();
    push({ history: ["cookie", "map"] });
    expect(await open()()).toMatchObject({ bits: 0, users: 120 });
  });
});

test("a map has as few shards as keep them at 64 KB, and another number only where they have grown apart", () => {
  const KB = 1024;
  expect([0, 64 * KB, 65 * KB, 1e6 * KB, 1e9 * KB].map((bytes) => chooseBits(bytes, undefined))).toEqual([
    0, 0, 1, 14, 16,
  ]);
  expect([90, 100, 30, 10].map((mean) => chooseBits(mean * 16 * KB, 4))).toEqual([4, 5, 4, 2]);
  expect(chooseBits(10, 0)).toBe(0);
});
