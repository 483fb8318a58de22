import { parseClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { parsePage } from "@spillway/shared/protocol/page.ts";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { KvError, type KvNamespace } from "../../kv/kv-namespace.ts";
import { memoryKv, type MemoryKv } from "../../kv/memory.ts";
import { packHistory, unpackHistory } from "@spillway/model/profile/history.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { latestGenerations } from "@spillway/store/pages/generations.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { deletePages, getPage, putPages } from "@spillway/store/pages/pages.ts";
import { profileOf, putProfiles } from "@spillway/store/profiles/profiles.ts";
import { createPool } from "@spillway/model/workers/pool.ts";
import { splits } from "@spillway/store/state.ts";
import { runCycle } from "./cycle.ts";
import { putModel, TRAINING } from "@spillway/store/pages/models.ts";
import { storedTraining } from "../learn/stored-training.ts";
import { teamItem } from "../../../test/fans.ts";
import type { CycleState } from "../learn/follow-audience.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const TEAMS = ["ESP", "BEL", "FRA", "ARG"];

function failAtPages(stage: string): void {
  if (stage === "pages") throw new Error("killed");
}

let database: Database;
let kv: MemoryKv;

/** Fans play their team's items, and a few of the others'. */
beforeEach(() => {
  database = openDatabase(":memory:");
  kv = memoryKv();
  upsertItems(
    database,
    TEAMS.flatMap((team) => Array.from({ length: 12 }, (_, at) => teamItem(team, at))),
    "import",
    NOW_MS,
  );
  const seqs = new Map(allItems(database).map(({ item: { id }, seq }) => [id, seq]));
  const draw = seededRandom(7);
  putProfiles(
    database,
    Array.from({ length: 400 }, (_, user) => {
      const team = TEAMS[user % TEAMS.length] ?? "ESP";
      const history = Array.from({ length: 8 }, () => {
        const played = draw() < 0.9 ? team : (TEAMS[Math.floor(draw() * TEAMS.length)] ?? team);
        return {
          item: seqs.get(`${played.toLowerCase()}-${Math.floor(draw() * 12)}`) ?? 0,
          weight: 1,
          timeMs: NOW_MS - 1e8,
        };
      });
      return {
        user: `u${user}`,
        history: packHistory([...new Map(history.map((entry) => [entry.item, entry])).values()]),
        signals: JSON.stringify({ ...NO_SIGNALS, team }),
        visits: 1,
        source: "import" as const,
        updatedMs: 0,
      };
    }),
  );
});

afterEach(() => database.close());

/** With a `state`, the cycle only builds pages. */
async function cycle(namespace: KvNamespace = kv, reason = "test", state?: CycleState) {
  let stored: CycleState | undefined;
  const onStored = (left: CycleState): void => void (stored = left);
  const start = { refreshState: state, pagesOnly: state !== undefined };
  const report = await runCycle({ database, kv: namespace, now: () => NOW_MS, onStored }, reason, start);
  if (stored === undefined) throw new Error("nothing was stored");
  return { report, state: stored };
}

/** Keys of the published pages that hold `text`, in order. */
function pagesWith(text: string): string[] {
  return [...kv.pairs.values()]
    .filter(({ key, value }) => key.startsWith("page:") && value.includes(text))
    .map(({ key }) => key)
    .toSorted();
}

/** The pages that were written after the first `writes`. */
function pageWrites(writes: number): string[] {
  return kv.writes.slice(writes).filter((key) => key.startsWith("page:"));
}

describe("a refresh cycle", () => {
  test("publishes pages before the index that names them, and clusters by what tastes depend on", async () => {
    const { report } = await cycle();
    const last = [KV_KEY.clusterIndex, KV_KEY.cataloguePack, KV_KEY.modelPack, KV_KEY.packs];
    expect(kv.writes.slice(-4)).toEqual(last);
    const index = parseClusterIndex(JSON.parse(kv.pairs.get(KV_KEY.clusterIndex)?.value ?? "null"));
    const ids = index.ok ? index.value.nodes.map(({ id }) => id) : [];
    expect(ids).toContain("esp");
    for (const id of ids) expect(kv.pairs.has(`page:homepage:${id}`)).toBe(true);
    expect(report).toMatchObject({ kind: "full", users: 400, items: 48, indexWritten: true });
    const fans = JSON.parse(kv.pairs.get("page:homepage:esp")?.value ?? "{}") as {
      carousels: { items: { id: string }[] }[];
    };
    expect(fans.carousels[0]?.items[0]?.id).toMatch(/^esp-/);
  });

  test("reports why each inner node was split", async () => {
    await cycle();
    const [first, ...others] = splits(database);
    expect(first).toMatchObject({ cluster: "generic", members: 400 });
    expect(first?.gainShare).toBeGreaterThan(0.1);
    for (const { z, children } of [first, ...others].filter((split) => split !== undefined)) {
      expect(z).toBeGreaterThan(4.5);
      expect(children).toBeGreaterThan(0);
    }
  });

  test("writes nothing when nothing has changed", async () => {
    await cycle();
    const writes = kv.writes.length;
    const { report } = await cycle();
    expect(kv.writes).toHaveLength(writes);
    expect(report).toMatchObject({ pagesChanged: 0, pagesWritten: 0, indexWritten: false });
  });

  test("that KV interrupts leaves the index unpublished, is reported, and the next one writes the rest", async () => {
    const failing: KvNamespace = { ...kv, putMany: () => Promise.reject(new KvError("KV is away")) };
    await expect(cycle(failing)).rejects.toThrow("KV is away");
    expect(kv.pairs.size).toBe(0);
    expect(latestGenerations(database, 1)[0]).toMatchObject({
      state: "failed",
      report: JSON.stringify({ error: "KV is away" }),
    });
    const { report } = await cycle();
    expect(report.pagesWritten).toBeGreaterThan(0);
    expect(report.indexWritten).toBe(true);
    expect(latestGenerations(database, 1)[0]?.state).toBe("done");
  });

  test("writes everything again when KV has lost it", async () => {
    await cycle();
    const keys = [...kv.pairs.keys()];
    await kv.deleteMany(keys);
    const { report } = await cycle();
    expect(report.pagesChanged).toBe(0);
    expect([...kv.pairs.keys()].toSorted()).toEqual(keys.toSorted());
  });

  test("writes everything again when KV has lost it just when the index changes", async () => {
    await cycle();
    await kv.deleteMany([...kv.pairs.keys()]);
    putProfiles(
      database,
      Array.from({ length: 40 }, (_, user) => ({
        user: `new${user}`,
        history: packHistory([{ item: 1 + (user % 6), weight: 1, timeMs: NOW_MS - 1e8 }]),
        signals: JSON.stringify({ ...NO_SIGNALS, team: "POR" }),
        visits: 1,
        source: "import" as const,
        updatedMs: 0,
      })),
    );
    const { report, state } = await cycle();
    expect(report.indexWritten).toBe(true);
    for (const { id } of state.learned.clusters) expect(kv.pairs.has(`page:kids:${id}`)).toBe(true);
  });

  test("folds each event once, and keeps ids of clusters whose definition has not changed", async () => {
    const before = (await cycle()).state.learned.clusters.map(({ id }) => id);
    const event = { id: "e1", type: "play", item: "fra-3", user: "new", timeMs: NOW_MS } as const;
    insertEvents(database, [event], NOW_MS);
    expect((await cycle()).report.eventsFolded).toBe(1);
    insertEvents(database, [event], NOW_MS);
    const { report, state } = await cycle();
    expect(report.eventsFolded).toBe(0);
    expect(unpackHistory(profileOf(database, "new")?.history ?? Buffer.alloc(0))).toHaveLength(1);
    expect(state.learned.clusters.map(({ id }) => id)).toEqual(before);
  });

  test("with what was learned before, a takedown rewrites the pages that showed the item and no other", async () => {
    const { state } = await cycle();
    const shown = [...kv.pairs.values()].filter(
      ({ key, value }) => key.startsWith("page:") && value.includes('"esp-0"'),
    );
    const writes = kv.writes.length;
    upsertItems(database, [{ ...teamItem("ESP", 0), takenDown: true }], "api", NOW_MS + 1);
    const { report } = await cycle(kv, "takedown", state);
    expect(report.kind).toBe("pages");
    expect(new Set(pageWrites(writes))).toEqual(new Set(shown.map(({ key }) => key)));
    for (const { value } of kv.pairs.values()) expect(value).not.toContain('"esp-0"');
  });

  test("an item published just now appears on the pages of those who will like it, before anybody has played it", async () => {
    const { state } = await cycle();
    upsertItems(database, [{ ...teamItem("ESP", 99), publishedAt: "2026-07-10T17:55:00Z" }], "api", NOW_MS);
    await cycle(kv, "new item", state);
    expect(kv.pairs.get("page:homepage:esp")?.value).toContain('"esp-99"');
  });

  test("with what was learned before, a new title rewrites the pages that show the item and no other", async () => {
    const { state } = await cycle();
    const showing = pagesWith('"esp-1"');
    const writes = kv.writes.length;
    upsertItems(database, [{ ...teamItem("ESP", 1), title: "Another" }], "api", NOW_MS + 1);
    const { report } = await cycle(kv, "title", state);
    expect(report).toMatchObject({ itemsChanged: 1, pagesChanged: showing.length });
    expect(pageWrites(writes).toSorted()).toEqual(showing);
    expect(pagesWith('"Another"')).toEqual(showing);
  });

  test("change after change, pages alone are what a full cycle would build", async () => {
    let { state } = await cycle();
    for (const changed of [
      { ...teamItem("ESP", 0), takenDown: true },
      { ...teamItem("FRA", 50), publishedAt: "2026-07-10T17:00:00Z" },
      { ...teamItem("BEL", 2), availableUntil: "2026-07-09T00:00:00Z" },
    ]) {
      upsertItems(database, [changed], "api", NOW_MS + 1);
      ({ state } = await cycle(kv, "change", state));
    }
    const { report } = await cycle();
    expect(report).toMatchObject({ kind: "full", itemsChanged: 0, pagesWritten: 0 });
  });

  test("a takedown leaves the pages of clusters that the index no longer names, and those that show nothing else go", async () => {
    const { state } = await cycle();
    const [retired, lonely] = [
      state.learned.clusters.at(-1)?.id ?? "",
      state.learned.clusters.at(-2)?.id ?? "",
    ];
    const shown = getPage(database, "homepage", retired)?.carousels ?? "";
    const [id = ""] = /"\w+-\d+"/.exec(shown) ?? [];
    // Without these two, the clusters are as if the last cycles had dropped both.
    const clusters = state.learned.clusters.filter((node) => node.id !== retired && node.id !== lonely);
    for (const name of ["live", "movies", "series", "kids"]) {
      await deletePages(database, [{ context: name, cluster: lonely }]);
      await kv.deleteMany([`page:${name}:${lonely}`]);
    }
    const page = getPage(database, "homepage", lonely);
    if (page === undefined) throw new Error("every cluster has a homepage");
    const [code = 0, , seq = 0] = new Uint32Array(new Uint8Array(page.layout).buffer);
    const subject = allItems(database).find((row) => row.seq === seq)?.item;
    await putPages(database, [
      { ...page, layout: Buffer.from(Uint32Array.of(code, 1, seq).buffer), shown: "[]" },
    ]);
    upsertItems(
      database,
      [
        { ...teamItem("ESP", 0), ...subject, takenDown: true },
        { ...teamItem("ESP", 0), id: id.slice(1, -1), takenDown: true },
      ],
      "api",
      NOW_MS + 1,
    );
    await cycle(kv, "takedown", { ...state, learned: { ...state.learned, clusters } });
    expect(kv.pairs.get(`page:homepage:${retired}`)?.value).toContain('"carousels":[{');
    expect(kv.pairs.get(`page:homepage:${retired}`)?.value).not.toContain(id);
    expect(kv.pairs.has(`page:homepage:${lonely}`)).toBe(false);
  });

  test("keeps pages that a few moved histories would lay out hardly better, and says how many", async () => {
    await cycle();
    putProfiles(
      database,
      [3, 141, 222, 305].map((user) => ({
        user: `u${user}`,
        history: packHistory([
          { item: 1 + (user % 48), weight: 1, timeMs: NOW_MS - 1e7 },
          { item: 1 + ((user * 7) % 48), weight: 1, timeMs: NOW_MS - 1e8 },
        ]),
        signals: JSON.stringify({ ...NO_SIGNALS, team: TEAMS[user % TEAMS.length] ?? "ESP" }),
        visits: 1,
        source: "import" as const,
        updatedMs: 1,
      })),
    );
    const { report } = await cycle();
    expect(report.pagesKept).toBeGreaterThan(0);
    expect(report.pagesWritten).toBe(report.pagesChanged);
    expect(report.pagesChanged).toBeLessThanOrEqual(report.pagesBuilt - report.pagesKept);
  });

  test("confirms every cluster's pages; pages alone confirm those that they looked at", async () => {
    const { report, state } = await cycle();
    const all = state.learned.clusters.length;
    expect(report.confirmed).toEqual([{ atMs: NOW_MS, clusters: all }]);
    expect((await cycle(kv, "nothing", state)).report.confirmed).toEqual(report.confirmed);
    const later = await runCycle({ database, kv, now: () => NOW_MS + 60_000 }, "later");
    expect(later.confirmed).toEqual([{ atMs: NOW_MS + 60_000, clusters: all }]);
  });

  test("keeps a young model, and trains again when it is old", async () => {
    const { state, report } = await cycle();
    expect(report.training).toMatch(/^trained, since this process has no model yet; /);
    const next = (nowMs: number) =>
      runCycle({ database, kv, now: () => nowMs }, "next", { refreshState: state });
    expect((await next(NOW_MS + 60_000)).training).toMatch(/^kept, being 60 s old; /);
    expect((await next(NOW_MS + 3_600_000)).training).toMatch(/^trained, since the model was 3600 s old; /);
  });

  test("what a killed process has trained is used by the next one, and gives the same pages", async () => {
    const onProgress = failAtPages;
    await expect(runCycle({ database, kv, now: () => NOW_MS, onProgress }, "first")).rejects.toThrow(
      "killed",
    );
    const training = storedTraining(database);
    const { training: said } = await runCycle({ database, kv, now: () => NOW_MS }, "again", { training });
    expect(said).toMatch(/^kept, being 0 s old; /);
    const anew = memoryKv();
    await runCycle({ database, kv: anew, now: () => NOW_MS }, "anew");
    const hashes = (pairs: typeof kv.pairs) =>
      new Map(Array.from(pairs, ([key, { metadata }]) => [key, metadata?.["contentHash"]]));
    expect(hashes(kv.pairs)).toEqual(hashes(anew.pairs));
  });

  test("a training that can't be read is none", () => {
    putModel(database, TRAINING, 1, Buffer.from("what another release wrote"));
    expect(storedTraining(database)).toBeUndefined();
  });

  test("builds pages of the shape that is asked for, on threads as without", async () => {
    await cycle();
    const inline = new Map(kv.pairs);
    const pool = createPool(2);
    onTestFinished(() => pool.close());
    const threaded = memoryKv();
    const shape = { carousels: 2, items: 3 };
    await runCycle({ database, kv: threaded, now: () => NOW_MS, pool, shape }, "small pages");
    const page = parsePage(threaded.pairs.get("page:homepage:esp")?.value ?? "");
    expect(page?.carousels.map(({ items }) => items.length)).toEqual([3, 3]);
    const again = memoryKv();
    await runCycle({ database, kv: again, now: () => NOW_MS, pool }, "usual pages");
    for (const [key, { metadata }] of inline) {
      expect(again.pairs.get(key)?.metadata?.["contentHash"]).toBe(metadata?.["contentHash"]);
    }
  });

  test("an empty catalogue and an empty audience give an index of one cluster and no crash", async () => {
    const empty = openDatabase(":memory:");
    const report = await runCycle({ database: empty, kv, now: () => NOW_MS }, "empty");
    expect(report).toMatchObject({ clusters: 1, users: 0, items: 0 });
    empty.close();
  });
});
