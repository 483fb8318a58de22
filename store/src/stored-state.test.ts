import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { parseRouting, type Routing } from "@spillway/shared/routing/routing.ts";
import { allClusters, clustersWithScores, replaceClusters, type ClusterRow } from "./pages/clusters.ts";
import { deleteDemo } from "./catalogue/demo.ts";
import { deleteDocument, getDocument, putDocument } from "./documents.ts";
import { eventsAfter, insertEvents } from "./events/events.ts";
import {
  failGeneration,
  finishGeneration,
  latestDoneGeneration,
  latestGenerations,
  startGeneration,
} from "./pages/generations.ts";
import { NO_ARRIVAL } from "./profiles/arrival.ts";
import { allItems, upsertItems } from "./catalogue/items.ts";
import { getModel, modelGeneration, putModel } from "./pages/models.ts";
import { deletePages, getPage, pageHeads, putPages, type PageRow, candidatesOfPage } from "./pages/pages.ts";
import { shownPagesOf } from "./pages/shown-pages.ts";
import {
  countProfiles,
  iterateProfiles,
  profileOf,
  putProfiles,
  type ProfileRow,
} from "./profiles/profiles.ts";
import { publishedHashes, recordPublished, removePublished } from "./pages/published.ts";
import {
  currentRouting,
  currentRoutingVersion,
  listRouting,
  pushRouting,
  routingByVersion,
} from "./operators/routing.ts";
import { openForTest } from "../test/test-database.ts";

const asText = (value: unknown): string => JSON.stringify(value);

const page = (cluster: string, generation: number): PageRow => ({
  context: "homepage",
  cluster,
  generation,
  builtMs: generation,
  contentHash: `h${generation}`,
  carousels: "[]",
  layout: Buffer.from([1, 0, 0, 0]),
});

const cluster = (position: number, id: string): ClusterRow => ({
  position,
  id,
  parent: position === 0 ? null : "generic",
  definition: "everybody",
  leaf: position > 0,
  members: 3,
  gain: 0.5,
  gainOverGeneric: 0.75,
  scores: Buffer.from([position]),
});

function routingFile(): { routing: Routing; source: string } {
  const source = readFileSync(new URL("../../edge/routing.toml", import.meta.url), "utf8");
  const parsed = parseRouting(parse(source));
  if (!parsed.ok) throw new Error("the routing file in the checkout is valid");
  return { routing: parsed.routing, source };
}

function profile(user: string, source: ProfileRow["source"] = "import"): ProfileRow {
  return { user, history: Buffer.from([1, 2]), signals: null, visits: 1, source, updatedMs: 5 };
}

describe("profiles", () => {
  test("are written whole and read back", () => {
    const database = openForTest();
    putProfiles(database, [profile("a")]);
    putProfiles(database, [{ ...profile("a"), history: Buffer.from([3]), signals: "{}", visits: 2 }]);
    expect(profileOf(database, "a")).toEqual({
      ...NO_ARRIVAL,
      ...profile("a"),
      history: Buffer.from([3]),
      signals: "{}",
      visits: 2,
    });
    expect(profileOf(database, "b")).toBeUndefined();
  });

  test("stream in order while other statements run", () => {
    const database = openForTest();
    putProfiles(
      database,
      Array.from({ length: 1201 }, (_, at) => profile(`u${String(at).padStart(4, "0")}`)),
    );
    const users: string[] = [];
    for (const row of iterateProfiles(database)) {
      users.push(row.user);
      putProfiles(database, [{ ...row, visits: 9 }]);
    }
    expect(users).toHaveLength(1201);
    expect(users).toEqual(users.toSorted());
    expect(countProfiles(database)).toBe(1201);
  });
});

test("documents count their writes and are checked when read", () => {
  const database = openForTest();
  expect(putDocument(database, "clock", { offsetMs: 1 }, 10)).toBe(1);
  expect(putDocument(database, "clock", { offsetMs: 2 }, 20)).toBe(2);
  expect(getDocument(database, "clock", asText)).toEqual({
    version: 2,
    value: '{"offsetMs":2}',
    updatedMs: 20,
  });
  deleteDocument(database, "clock");
  expect(getDocument(database, "clock", asText)).toBeUndefined();
});

describe("routing", () => {
  test("the newest version holds and older ones stay", () => {
    const database = openForTest();
    const { routing, source } = routingFile();
    expect(currentRouting(database)).toBeUndefined();
    expect(currentRoutingVersion(database)).toBe(0);
    expect(pushRouting(database, routing, source, undefined, 1)).toBe(1);
    expect(pushRouting(database, { ...routing, mode: "force-cluster" }, source, "game night", 2)).toBe(2);
    expect(currentRouting(database)).toMatchObject({ version: 2, note: "game night", pushedMs: 2 });
    expect(routingByVersion(database, 1)).toEqual({
      version: 1,
      routing,
      source,
      note: undefined,
      pushedMs: 1,
    });
    expect(routingByVersion(database, 3)).toBeUndefined();
    expect(listRouting(database, 10).map(({ version }) => version)).toEqual([2, 1]);
  });

  test("a stored version that is damaged is named", () => {
    const database = openForTest();
    const { routing, source } = routingFile();
    pushRouting(database, { ...routing, time_zone: "Nowhere" }, source, undefined, 1);
    expect(() => currentRouting(database)).toThrow(/stored routing 1 .*time_zone/);
  });
});

test("pages are replaced in place and removed by name", async () => {
  const database = openForTest();
  await putPages(
    database,
    Array.from({ length: 450 }, (_, at) => ({ ...page(`c${at}`, 1), shown: "[]" })),
  );
  await putPages(database, [{ ...page("c7", 2), shown: '[["for-you",[3,1]]]', candidates: Buffer.of(7) }]);
  expect(getPage(database, "homepage", "c7")).toEqual(page("c7", 2));
  expect(getPage(database, "live", "c7")).toBeUndefined();
  const named = { context: "homepage", cluster: "c7" };
  expect(candidatesOfPage(database, named)).toEqual(Buffer.of(7));
  await putPages(database, [{ ...page("c7", 2), shown: '[["for-you",[3,1]]]' }]);
  expect(candidatesOfPage(database, named)).toEqual(Buffer.of(7));
  const { carousels: __, ...withCandidates } = page("c7", 2);
  expect(pageHeads(database)).toContainEqual({ ...withCandidates, hasCandidates: 1 });
  expect(shownPagesOf(database, "homepage", "c7")).toEqual([
    { generation: 1, carousels: [] },
    { generation: 2, carousels: [["for-you", [3, 1]]] },
  ]);
  await deletePages(database, [{ context: "homepage", cluster: "c7" }]);
  expect(getPage(database, "homepage", "c7")).toBeUndefined();
  const { carousels: _, ...head } = page("c8", 1);
  expect(pageHeads(database)).toHaveLength(449);
  expect(pageHeads(database)).toContainEqual({ ...head, hasCandidates: 0 });
  expect(candidatesOfPage(database, named)).toBeUndefined();
});

test("published hashes follow what was written and removed", () => {
  const database = openForTest();
  recordPublished(
    database,
    [
      { key: "a", contentHash: "1" },
      { key: "b", contentHash: "1" },
    ],
    1,
  );
  recordPublished(database, [{ key: "a", contentHash: "2" }], 2);
  removePublished(database, ["b", "unknown"]);
  expect(publishedHashes(database)).toEqual(new Map([["a", "2"]]));
});

test("clusters are replaced as a whole", () => {
  const database = openForTest();
  replaceClusters(database, [cluster(0, "generic"), cluster(1, "esp")]);
  replaceClusters(database, [cluster(1, "bel"), cluster(0, "generic")]);
  expect(allClusters(database).map(({ id, leaf }) => [id, leaf])).toEqual([
    ["generic", false],
    ["bel", true],
  ]);
  expect(clustersWithScores(database).find(({ id }) => id === "bel")).toEqual(cluster(1, "bel"));
  expect(() => replaceClusters(database, [cluster(0, "x"), cluster(0, "y")])).toThrow(/UNIQUE/);
  expect(allClusters(database)).toHaveLength(2);
});

test("a model is replaced and tells its generation", () => {
  const database = openForTest();
  expect(modelGeneration(database, "cosine")).toBeUndefined();
  putModel(database, "cosine", 1, Buffer.from([1]));
  putModel(database, "cosine", 2, Buffer.from([2]));
  expect(modelGeneration(database, "cosine")).toBe(2);
  expect(getModel(database, "cosine")).toEqual({ generation: 2, packed: Buffer.from([2]) });
});

test("cycles are numbered, and one whose process died counts as failed", () => {
  const database = openForTest();
  const first = startGeneration(database, "cadence", 1);
  finishGeneration(database, first, { pages: 5 }, 2);
  const second = startGeneration(database, "cadence", 3);
  failGeneration(database, second, "KV is away", 4);
  startGeneration(database, "editorial", 5);
  const fourth = startGeneration(database, "cadence", 6);
  expect(fourth).toBe(4);
  expect(latestGenerations(database, 3).map(({ generation, state }) => [generation, state])).toEqual([
    [4, "running"],
    [3, "failed"],
    [2, "failed"],
  ]);
  expect(latestGenerations(database, 3).at(2)?.report).toBe('{"error":"KV is away"}');
  expect(latestDoneGeneration(database)).toMatchObject({ generation: 1, report: '{"pages":5}', endedMs: 2 });
});

test("removing the demo takes its items, users, their events and its clock, and nothing else", () => {
  const database = openForTest();
  const base = { kind: "movie" as const, genres: [], teams: [], takenDown: false };
  upsertItems(database, [{ ...base, id: "d", title: "Demo" }], "demo", 1);
  upsertItems(database, [{ ...base, id: "r", title: "Real" }], "import", 1);
  putProfiles(database, [profile("demo-user", "demo"), profile("real-user", "events")]);
  const event = { type: "play" as const, item: "r", timeMs: 1 };
  insertEvents(
    database,
    [
      { ...event, id: "1", user: "demo-user" },
      { ...event, id: "2", user: "real-user" },
    ],
    1,
  );
  putDocument(database, "clock", { offsetMs: 1 }, 1);
  expect(deleteDemo(database)).toEqual({ items: 1, users: 1, events: 1, itemIds: ["d"] });
  expect(allItems(database).map(({ item }) => item.id)).toEqual(["r"]);
  expect([...iterateProfiles(database)].map(({ user }) => user)).toEqual(["real-user"]);
  expect(eventsAfter(database, 0, 9).map(({ id }) => id)).toEqual(["2"]);
  expect(getDocument(database, "clock", (value) => value)).toBeUndefined();
  expect(deleteDemo(database)).toEqual({ items: 0, users: 0, events: 0, itemIds: [] });
});
