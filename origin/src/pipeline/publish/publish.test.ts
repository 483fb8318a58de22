import { describe, expect, test } from "vitest";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { getPage, putPages } from "@spillway/store/pages/pages.ts";
import { recordPublished } from "@spillway/store/pages/published.ts";
import { retiringClusters, type StoredIndex } from "@spillway/store/state.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { KvError, MAX_PAIRS_PER_WRITE, type KvNamespace } from "../../kv/kv-namespace.ts";
import { memoryKv } from "../../kv/memory.ts";
import { publish } from "./publish.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const HOUR_MS = 3_600_000;
const INDEX = KV_KEY.clusterIndex;

function indexOf(...ids: string[]): StoredIndex {
  const [root = "", ...clusters] = ids;
  const branches = Object.fromEntries(clusters.map((id, at) => [id, at + 1]));
  const nodes = [
    { id: root, parent: -1, split: { signal: "campaign" as const, branches } },
    ...clusters.map((id) => ({ id, parent: 0 })),
  ];
  const index = { generation: 1, builtAt: "2026-07-10T18:00:00Z", nodes };
  return { index, hash: ids.join(" ") };
}

/** A store and a KV, and a clock that the test sets. */
function publisher() {
  const database = openForTest();
  const kv = memoryKv();
  const clock = { nowMs: NOW_MS };
  const progress: (readonly [number, number])[] = [];
  return {
    database,
    kv,
    clock,
    progress,
    store: (cluster: string, more: { content?: string; contentHash?: string; layout?: Uint8Array } = {}) =>
      putPages(database, [
        {
          context: "homepage",
          cluster,
          generation: 1,
          builtMs: NOW_MS - 1000,
          contentHash: more.contentHash ?? `hash-${cluster}`,
          layout: more.layout ?? Uint8Array.of(1),
          carousels: more.content ?? "[]",
          shown: "[]",
        },
      ]),
    publish: (stored: StoredIndex, namespace: KvNamespace = kv) =>
      publish({
        database,
        kv: namespace,
        stored,
        now: () => clock.nowMs,
        onProgress: (written, toWrite) => progress.push([written, toWrite]),
      }),
  };
}

const keyOf = (cluster: string): string => `page:homepage:${cluster}`;

describe("publishing", () => {
  test("writes each page with its head and metadata, and the index last", async () => {
    const { kv, store, publish: run, progress } = publisher();
    await store("generic");
    await store("esp");
    const report = await run(indexOf("generic", "esp"));
    expect(report).toEqual({ pagesWritten: 2, indexWritten: true, keysRetired: 0, refused: [] });
    expect(kv.writes.toSorted()).toEqual([INDEX, keyOf("esp"), keyOf("generic")].toSorted());
    expect(kv.writes.at(-1)).toBe(INDEX);
    expect(JSON.parse(kv.pairs.get(keyOf("esp"))?.value ?? "")).toEqual({
      context: "homepage",
      cluster: "esp",
      generation: 1,
      builtAt: "2026-07-10T17:59:59.000Z",
      carousels: [],
    });
    expect(kv.pairs.get(keyOf("esp"))?.metadata).toEqual({
      generation: 1,
      builtAtMs: NOW_MS - 1000,
      contentHash: "hash-esp",
    });
    expect(progress).toEqual([[2, 2]]);
  });

  test("writes only what has changed since", async () => {
    const { kv, store, publish: run } = publisher();
    await store("generic");
    await store("esp");
    await run(indexOf("generic", "esp"));
    expect(await run(indexOf("generic", "esp"))).toEqual({
      pagesWritten: 0,
      indexWritten: false,
      keysRetired: 0,
      refused: [],
    });
    await store("esp", { contentHash: "new" });
    expect(await run(indexOf("generic", "esp"))).toMatchObject({ pagesWritten: 1, indexWritten: false });
    expect(kv.writes.slice(3)).toEqual([keyOf("esp")]);
  });

  test("writes no page of a cluster that the index does not name, unless KV still holds one", async () => {
    const { kv, store, publish: run } = publisher();
    await store("generic");
    await store("gone");
    await run(indexOf("generic"));
    expect([...kv.pairs.keys()].toSorted()).toEqual([INDEX, keyOf("generic")].toSorted());
    await run(indexOf("generic", "gone"));
    await store("gone", { contentHash: "without the item that was taken down" });
    expect(await run(indexOf("generic"))).toMatchObject({ pagesWritten: 1, indexWritten: true });
  });

  test("makes writes that KV accepts: not too many pairs, and not too many bytes", async () => {
    const { kv, database, publish: run, progress } = publisher();
    const batches: number[] = [];
    const counting = {
      ...kv,
      putMany: (pairs: Parameters<KvNamespace["putMany"]>[0]) => {
        batches.push(pairs.length);
        return kv.putMany(pairs);
      },
    };
    const ids = Array.from({ length: MAX_PAIRS_PER_WRITE + 1 }, (_, at) => (at === 0 ? "generic" : `c${at}`));
    const large = JSON.stringify([
      { id: "c", title: "C", items: [{ id: "i", title: "I", kind: "movie", more: "x".repeat(1_900_000) }] },
    ]);
    const rows = ids.map((cluster) => ({
      context: "homepage",
      cluster,
      generation: 1,
      builtMs: NOW_MS,
      contentHash: "h",
      layout: Uint8Array.of(1),
      carousels: "[]",
      shown: "[]",
    }));
    await putPages(database, rows);
    await run(indexOf(...ids), counting);
    expect(batches).toEqual([MAX_PAIRS_PER_WRITE, 1, 1]);
    expect(progress).toEqual([
      [MAX_PAIRS_PER_WRITE, MAX_PAIRS_PER_WRITE + 1],
      [MAX_PAIRS_PER_WRITE + 1, MAX_PAIRS_PER_WRITE + 1],
    ]);
    batches.length = 0;
    await putPages(
      database,
      rows.slice(0, 5).map((row) => ({ ...row, contentHash: "large", carousels: large })),
    );
    await run(indexOf(...ids), counting);
    // Four of 1.9 MB are less than the 8 MB of one write, five are more.
    expect(batches).toEqual([4, 1]);
  });

  test("leaves out a page, and an index, that no edge would take, and says why; the others go on", async () => {
    const { kv, store, publish: run } = publisher();
    await store("generic");
    await store("esp", { content: '[{"id":"c","title":"C","items":[{"id":""}]}]' });
    const stored = indexOf("generic", "esp");
    const spoiled = { ...stored, index: { ...stored.index, contexts: [] } };
    expect(await run(spoiled)).toMatchObject({
      pagesWritten: 1,
      indexWritten: false,
      refused: [
        { key: keyOf("esp"), reason: expect.stringContaining("carousels[0].items[0].id") },
        { key: INDEX, reason: expect.stringContaining("contexts must name all of homepage") },
      ],
    });
    expect([...kv.pairs.keys()]).toEqual([keyOf("generic")]);
    await store("esp", { contentHash: "mended" });
    expect(await run(stored)).toMatchObject({ pagesWritten: 1, indexWritten: true, refused: [] });
  });

  test("that KV interrupts goes on where it ended, and writes again what it can't be sure of", async () => {
    const { kv, store, publish: run } = publisher();
    await store("generic");
    await run(indexOf("generic"));
    await store("generic", { contentHash: "new" });
    const failing = { ...kv, putMany: () => Promise.reject(new KvError("KV is away")) };
    await expect(run(indexOf("generic"), failing)).rejects.toThrow("KV is away");
    // The old page is the new one again; but KV may hold what the failed write has brought.
    await store("generic", { contentHash: "hash-generic" });
    expect(await run(indexOf("generic"))).toMatchObject({ pagesWritten: 1, indexWritten: false });
  });

  test("writes the first index alone where only that has failed", async () => {
    const { kv, store, publish: run } = publisher();
    await store("generic");
    const failing = {
      ...kv,
      putMany: (pairs: Parameters<KvNamespace["putMany"]>[0]) =>
        pairs[0]?.key === INDEX ? Promise.reject(new KvError("KV is away")) : kv.putMany(pairs),
    };
    await expect(run(indexOf("generic"), failing)).rejects.toThrow("KV is away");
    expect(await run(indexOf("generic"))).toMatchObject({ pagesWritten: 0, indexWritten: true });
  });

  test("writes an index again that it can't be sure of", async () => {
    const { kv, store, publish: run } = publisher();
    await store("generic");
    await run(indexOf("generic"));
    const failing = { ...kv, putMany: () => Promise.reject(new KvError("KV is away")) };
    await expect(run(indexOf("generic", "esp"), failing)).rejects.toThrow("KV is away");
    expect(await run(indexOf("generic"))).toMatchObject({ pagesWritten: 0, indexWritten: true });
  });

  test.each<[string, (kv: ReturnType<typeof memoryKv>) => Promise<void>, number]>([
    ["has lost the index", (kv) => kv.deleteMany([INDEX]), 1],
    ["has an index of somebody else", (kv) => kv.putMany([{ key: INDEX, value: "{}" }]), 1],
    ["is as it was left", () => Promise.resolve(), 0],
  ])("to a KV that %s", async (_, change, pagesWritten) => {
    const { kv, store, publish: run } = publisher();
    await store("generic");
    await run(indexOf("generic"));
    await change(kv);
    expect(await run(indexOf("generic"))).toMatchObject({ pagesWritten, indexWritten: pagesWritten > 0 });
  });

  test("to another KV writes everything", async () => {
    const { store, publish: run } = publisher();
    await store("generic");
    await run(indexOf("generic"));
    const other = { ...memoryKv(), address: "another" };
    expect(await run(indexOf("generic"), other)).toMatchObject({ pagesWritten: 1, indexWritten: true });
  });
});

/** Once the index has named the cluster `gone`, and no longer does. */
async function retired() {
  const all = publisher();
  await all.store("generic");
  await all.store("gone");
  await all.publish(indexOf("generic", "gone"));
  await all.publish(indexOf("generic"));
  return all;
}

describe("a retired cluster's page", () => {
  test("stays for an hour, for edges that have not read the new index, and then goes", async () => {
    const { database, kv, clock, publish: run } = await retired();
    expect(retiringClusters(database)).toEqual({ gone: NOW_MS });
    clock.nowMs += HOUR_MS;
    expect(await run(indexOf("generic"))).toMatchObject({ keysRetired: 0 });
    expect(kv.pairs.has(keyOf("gone"))).toBe(true);
    clock.nowMs += 1;
    expect(await run(indexOf("generic"))).toMatchObject({ keysRetired: 1 });
    expect([kv.pairs.has(keyOf("gone")), kv.pairs.has(keyOf("generic"))]).toEqual([false, true]);
    expect(getPage(database, "homepage", "gone")).toBeUndefined();
    expect(retiringClusters(database)).toEqual({});
  });

  test("stays when the cluster comes back, and has an hour again when it goes again", async () => {
    const { database, kv, clock, publish: run } = await retired();
    clock.nowMs += HOUR_MS;
    await run(indexOf("generic", "gone"));
    expect(retiringClusters(database)).toEqual({});
    clock.nowMs += HOUR_MS;
    expect(await run(indexOf("generic"))).toMatchObject({ keysRetired: 0 });
    expect(retiringClusters(database)).toEqual({ gone: clock.nowMs });
    expect(kv.pairs.has(keyOf("gone"))).toBe(true);
  });

  test("goes at once when it has nothing left to show", async () => {
    const { database, kv, store, publish: run } = await retired();
    await store("gone", { contentHash: "empty", layout: new Uint8Array() });
    expect(await run(indexOf("generic"))).toMatchObject({ pagesWritten: 0, keysRetired: 1 });
    expect(kv.pairs.has(keyOf("gone"))).toBe(false);
    expect(retiringClusters(database)).toEqual({});
  });

  test("is written again when the cluster is back after it went", async () => {
    const { kv, clock, store, publish: run } = await retired();
    clock.nowMs += 2 * HOUR_MS;
    await run(indexOf("generic"));
    await store("gone");
    expect(await run(indexOf("generic", "gone"))).toMatchObject({ pagesWritten: 1 });
    expect(kv.pairs.has(keyOf("gone"))).toBe(true);
  });

  test("deletes pages that only the time before a restore knew, after an hour", async () => {
    const { database, kv, clock, store, publish: run } = publisher();
    await store("generic");
    await run(indexOf("generic"));
    // As a restore leaves it: KV has these pages, with whatever content.
    await kv.putMany([{ key: keyOf("lost"), value: "old" }]);
    recordPublished(database, [{ key: keyOf("lost"), contentHash: "" }], NOW_MS);
    recordPublished(database, [{ key: keyOf("generic"), contentHash: "" }], NOW_MS);
    expect(await run(indexOf("generic"))).toMatchObject({ pagesWritten: 1 });
    expect(kv.pairs.get(keyOf("generic"))?.value).toContain('"cluster":"generic"');
    expect(kv.pairs.has(keyOf("lost"))).toBe(true);
    clock.nowMs += HOUR_MS + 1;
    expect(await run(indexOf("generic"))).toMatchObject({ keysRetired: 1 });
    expect([...kv.pairs.keys()].toSorted()).toEqual([INDEX, keyOf("generic")].toSorted());
  });
});
