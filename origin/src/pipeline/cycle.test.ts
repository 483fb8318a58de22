import { parseClusterIndex } from "@spillway/shared/cluster-index.ts";
import type { Item } from "@spillway/shared/catalogue.ts";
import { NO_SIGNALS } from "@spillway/shared/signals.ts";
import { KV_KEY } from "@spillway/shared/wire.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KvError, type KvNamespace } from "../kv/kv-namespace.ts";
import { memoryKv, type MemoryKv } from "../kv/memory.ts";
import { packHistory, unpackHistory } from "../profile/history.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { openDatabase, type Database } from "../store/database.ts";
import { insertEvents } from "../store/events.ts";
import { latestGenerations } from "../store/generations.ts";
import { allItems, upsertItems } from "../store/items.ts";
import { profileOf, putProfiles } from "../store/profiles.ts";
import { runCycle } from "./cycle.ts";
import type { Learned } from "./learn.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const TEAMS = ["ESP", "BEL", "FRA", "ARG"];

let database: Database;
let kv: MemoryKv;

function item(team: string, at: number): Item {
  return {
    id: `${team.toLowerCase()}-${at}`,
    title: `${team} ${at}`,
    kind: "highlights",
    genres: [],
    teams: [team],
    takenDown: false,
    publishedAt: "2026-07-01T00:00:00Z",
  };
}

/** Fans play their team's items, and a few of the others'. */
beforeEach(() => {
  database = openDatabase(":memory:");
  kv = memoryKv();
  upsertItems(
    database,
    TEAMS.flatMap((team) => Array.from({ length: 12 }, (_, at) => item(team, at))),
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

async function cycle(namespace: KvNamespace = kv, reason = "test", known?: Learned) {
  let learned: Learned | undefined;
  const onStored = (stored: Learned): void => void (learned = stored);
  const report = await runCycle({ database, kv: namespace, now: () => NOW_MS, onStored }, reason, known);
  if (learned === undefined) throw new Error("nothing was learned");
  return { report, learned };
}

describe("a refresh cycle", () => {
  test("publishes pages before the index that names them, and clusters by what tastes depend on", async () => {
    const { report } = await cycle();
    expect(kv.writes.at(-1)).toBe(KV_KEY.clusterIndex);
    const index = parseClusterIndex(JSON.parse(kv.pairs.get(KV_KEY.clusterIndex)?.value ?? "null"));
    expect(index?.nodes.map(({ id }) => id)).toContain("esp");
    for (const { id } of index?.nodes ?? []) expect(kv.pairs.has(`page:homepage:${id}`)).toBe(true);
    expect(report).toMatchObject({ kind: "full", users: 400, items: 48, indexWritten: true });
    const fans = JSON.parse(kv.pairs.get("page:homepage:esp")?.value ?? "{}") as {
      carousels: { items: { id: string }[] }[];
    };
    expect(fans.carousels[0]?.items[0]?.id).toMatch(/^esp-/);
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
    const { report, learned } = await cycle();
    expect(report.indexWritten).toBe(true);
    for (const { id } of learned.clusters) expect(kv.pairs.has(`page:kids:${id}`)).toBe(true);
  });

  test("folds each event once, and keeps ids of clusters whose definition has not changed", async () => {
    const before = (await cycle()).learned.clusters.map(({ id }) => id);
    const event = { id: "e1", type: "play", item: "fra-3", user: "new", timeMs: NOW_MS } as const;
    insertEvents(database, [event], NOW_MS);
    expect((await cycle()).report.eventsFolded).toBe(1);
    insertEvents(database, [event], NOW_MS);
    const { report, learned } = await cycle();
    expect(report.eventsFolded).toBe(0);
    expect(unpackHistory(profileOf(database, "new")?.history ?? Buffer.alloc(0))).toHaveLength(1);
    expect(learned.clusters.map(({ id }) => id)).toEqual(before);
  });

  test("with what was learned before, a takedown rewrites the pages that showed the item and no other", async () => {
    const { learned } = await cycle();
    const shown = [...kv.pairs.values()].filter(
      ({ key, value }) => key.startsWith("page:") && value.includes('"esp-0"'),
    );
    const writes = kv.writes.length;
    upsertItems(database, [{ ...item("ESP", 0), takenDown: true }], "api", NOW_MS + 1);
    const { report } = await cycle(kv, "takedown", learned);
    expect(report.kind).toBe("pages");
    expect(new Set(kv.writes.slice(writes))).toEqual(new Set(shown.map(({ key }) => key)));
    for (const { value } of kv.pairs.values()) expect(value).not.toContain('"esp-0"');
  });

  test("an item published just now appears on the pages of those who will like it, before anybody has played it", async () => {
    const { learned } = await cycle();
    upsertItems(database, [{ ...item("ESP", 99), publishedAt: "2026-07-10T17:55:00Z" }], "api", NOW_MS);
    await cycle(kv, "new item", learned);
    expect(kv.pairs.get("page:homepage:esp")?.value).toContain('"esp-99"');
  });

  test("an empty catalogue and an empty audience give an index of one cluster and no crash", async () => {
    const empty = openDatabase(":memory:");
    const report = await runCycle({ database: empty, kv, now: () => NOW_MS }, "empty");
    expect(report).toMatchObject({ clusters: 1, users: 0, items: 0 });
    empty.close();
  });
});
