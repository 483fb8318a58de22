import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import type { Item } from "@spillway/shared/catalogue.ts";
import type { PublishedRouting } from "@spillway/shared/routing.ts";
import { replaceClusters } from "../store/clusters.ts";
import { finishGeneration, failGeneration, startGeneration } from "../store/generations.ts";
import { itemById, upsertItems } from "../store/items.ts";
import { getPins } from "../store/pins.ts";
import { currentRouting, currentRoutingVersion } from "../store/routing.ts";
import { openForTest } from "../store/test-database.ts";
import { catalogueRoutes } from "./catalogue.ts";
import { editorialRoutes } from "./editorial.ts";
import { healthRoutes } from "./health.ts";
import { routingRoutes } from "./routing.ts";

const NOW_MS = Date.parse("2027-01-15T12:00:00Z");
const CONTENT_NOW_MS = Date.parse("2026-07-10T20:00:00Z");
const adminToken = "admin-token-0123456789";
const authorization = `Bearer ${adminToken}`;
const TOML = readFileSync(new URL("../../../edge/routing.toml", import.meta.url), "utf8");

function item(id: string, fields: Partial<Item> = {}): Item {
  return { id, title: `Title ${id}`, kind: "movie", genres: [], teams: [], takenDown: false, ...fields };
}

function setUp() {
  const database = openForTest();
  const clocks = { nowMs: () => NOW_MS, contentNowMs: () => CONTENT_NOW_MS };
  const onEditorialChange = vi.fn<() => void>();
  const onCatalogueChange = vi.fn<(ids: readonly string[]) => void>();
  const onRouting = vi.fn<(routing: PublishedRouting) => Promise<{ published: boolean; reason?: string }>>();
  onRouting.mockResolvedValue({ published: true });
  const shared = { database, adminToken, ...clocks };
  const editorial = editorialRoutes({ ...shared, onEditorialChange });
  const catalogue = catalogueRoutes({ ...shared, onCatalogueChange });
  const routing = routingRoutes({ ...shared, onRouting });
  const health = healthRoutes(shared);
  return { database, editorial, catalogue, routing, health, onEditorialChange, onCatalogueChange, onRouting };
}

function admin(method: string, body?: unknown, type = "application/json"): RequestInit {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    method,
    headers: { authorization, ...(body !== undefined && { "content-type": type }) },
    ...(body !== undefined && { body: text }),
  };
}

test("every admin route needs the token", async () => {
  const { editorial, catalogue, routing, onRouting } = setUp();
  const answers = await Promise.all([
    editorial.request("/editorial/pins"),
    editorial.request("/editorial/pins", { method: "PUT", body: "{}" }),
    catalogue.request("/catalogue", { method: "PATCH", body: "{}" }),
    routing.request("/routing"),
    routing.request("/routing", { method: "PUT", body: TOML }),
    routing.request("/routing/rollback", { method: "POST" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
  expect(onRouting).not.toHaveBeenCalled();
});

describe("/editorial/pins", () => {
  test("stores the set and says which pins are live by the content's clock", async () => {
    const { database, editorial, onEditorialChange } = setUp();
    upsertItems(database, [item("a"), item("gone", { takenDown: true })], "api", 1);
    const pins = [
      { id: "live", items: ["a", "gone"], when: { team: "ESP" } },
      { id: "later", items: ["a"], from: "2026-07-10T20:00:01Z" },
      { id: "earlier", items: ["a"], until: "2026-07-10T20:00:00Z" },
    ];
    const response = await editorial.request("/editorial/pins", admin("PUT", { pins }));
    expect(response.status).toBe(200);
    const body: unknown = await response.json();
    expect(body).toMatchObject({
      version: 1,
      now: "2026-07-10T20:00:00.000Z",
      pins: [
        { id: "live", state: "active", hiddenItems: ["gone"], contexts: ["homepage"] },
        { id: "later", state: "waiting" },
        { id: "earlier", state: "over" },
      ],
    });
    expect(onEditorialChange).toHaveBeenCalledTimes(1);
    expect(await (await editorial.request("/editorial/pins", admin("GET"))).json()).toEqual(body);
  });

  test.each([
    ["an unknown item", { pins: [{ id: "p", items: ["a", "a", "ghost"] }] }, "pins[0].items[2]"],
    ["an unknown signal", { pins: [{ id: "p", items: ["a"], when: { mood: "x" } }] }, "pins[0].when"],
    ["no list", { pin: [] }, "pins"],
  ])("refuses %s and keeps the old set", async (_, body, key) => {
    const { database, editorial, onEditorialChange } = setUp();
    upsertItems(database, [item("a")], "api", 1);
    const response = await editorial.request("/editorial/pins", admin("PUT", body));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`"key":"${key}"`);
    expect(getPins(database).version).toBe(0);
    expect(onEditorialChange).not.toHaveBeenCalled();
  });
});

describe("PATCH /catalogue", () => {
  test("creates, changes and takes down, and tells which items changed", async () => {
    const { database, catalogue, onCatalogueChange } = setUp();
    upsertItems(database, [item("a", { description: "old" }), item("b")], "import", 1);
    const items = [
      { id: "a", takenDown: true, description: null },
      { id: "b", title: "Title b" },
      { id: "c", title: "New", kind: "clip", availableUntil: "2026-08-01T00:00:00Z" },
    ];
    const response = await catalogue.request("/catalogue", admin("PATCH", { items }));
    expect(await response.json()).toEqual({ created: 1, changed: 1, unchanged: 1 });
    expect(itemById(database, "a")?.item).toEqual(item("a", { takenDown: true }));
    expect(itemById(database, "c")?.item).toMatchObject({ title: "New", genres: [], takenDown: false });
    expect(onCatalogueChange).toHaveBeenCalledExactlyOnceWith(["a", "c"]);
  });

  test.each([
    ["a new item that is not whole", [{ id: "n", title: "N" }], "items[0].kind", "a new item must be whole"],
    ["a field that no item has", [{ id: "a", takendown: true }], "items[0].takendown", "is not a field"],
    ["a cleared title", [{ id: "a", title: null }], "items[0].title", "is missing"],
    ["a kind that there is not", [{ id: "a", kind: "opera" }], "items[0].kind", "expected"],
    ["the same item twice", [{ id: "a" }, { id: "a" }], "items[1].id", "earlier item"],
    ["an item without id", [{ title: "N" }], "items[0].id", "expected string"],
    [
      "a window that ends before it starts",
      [{ id: "a", availableFrom: "2026-08-01T00:00:00Z", availableUntil: "2026-07-01T00:00:00Z" }],
      "items[0].availableUntil",
      "later than availableFrom",
    ],
  ])("refuses %s, and with it the whole patch", async (_, bad, key, reason) => {
    const { database, catalogue, onCatalogueChange } = setUp();
    upsertItems(database, [item("a"), item("z")], "import", 1);
    const items = [...bad, { id: "z", takenDown: true }];
    const response = await catalogue.request("/catalogue", admin("PATCH", { items }));
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain(`"key":"${key}"`);
    expect(text).toContain(reason);
    expect(itemById(database, "z")?.item.takenDown).toBe(false);
    expect(onCatalogueChange).not.toHaveBeenCalled();
  });

  test("lists every error at once", async () => {
    const { catalogue } = setUp();
    const items = [
      { id: "x", foo: 1 },
      { id: "y", title: "Y" },
    ];
    const response = await catalogue.request("/catalogue", admin("PATCH", { items }));
    const body = (await response.json()) as { error: { issues: { key: string }[] } };
    expect(body.error.issues.map(({ key }) => key)).toEqual([
      "items[0].foo",
      "items[0].title",
      "items[0].kind",
      "items[1].kind",
    ]);
  });

  test("refuses more than 1,000 items", async () => {
    const { catalogue } = setUp();
    const items = Array.from({ length: 1001 }, (_, at) => item(`i${at}`));
    const response = await catalogue.request("/catalogue", admin("PATCH", { items }));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("at most 1000 items");
  });
});

describe("/routing", () => {
  test("stores a pushed file as a version, applies it and shows it", async () => {
    const { database, routing, onRouting } = setUp();
    expect((await routing.request("/routing", admin("GET"))).status).toBe(404);
    const response = await routing.request("/routing", admin("PUT", TOML, "application/toml"));
    expect(response.status).toBe(200);
    // Noon in London's winter is one o'clock in Madrid: band B.
    expect(await response.json()).toMatchObject({
      version: 1,
      published: true,
      mode: "auto",
      band: "B daytime",
      thresholdPerSec: 200,
      warnings: [],
    });
    expect(onRouting).toHaveBeenCalledTimes(1);
    expect(onRouting.mock.calls[0]?.[0]).toMatchObject({ version: 1, routing: { deadline_ms: 250 } });
    const shown = await (await routing.request("/routing", admin("GET"))).json();
    expect(shown).toMatchObject({ version: 1, source: TOML, routing: { time_zone: "Europe/Madrid" } });
    expect(currentRouting(database)?.source).toBe(TOML);
  });

  test("takes JSON as well", async () => {
    const { routing } = setUp();
    const body = { time_zone: "UTC", bands: [{ name: "all", from: "00:00", threshold_per_s: 0 }] };
    const response = await routing.request("/routing", admin("PUT", body));
    expect(await response.json()).toMatchObject({ band: "all", thresholdPerSec: 0 });
  });

  test("says so when KV did not take it, and keeps it", async () => {
    const { database, routing, onRouting } = setUp();
    onRouting.mockResolvedValue({ published: false, reason: "KV is away" });
    const response = await routing.request("/routing", admin("PUT", TOML, "text/plain"));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ published: false, reason: "KV is away" });
    expect(currentRoutingVersion(database)).toBe(1);
  });

  test("warns of rules that name a cluster the index does not have", async () => {
    const { database, routing } = setUp();
    const row = { parent: null, definition: "[]", leaf: true, members: 1, gain: 0, scores: Buffer.alloc(0) };
    replaceClusters(database, [{ ...row, position: 0, id: "known" }]);
    const rules = ["known", "unknown", "generic", "individual"]
      .map((then) => `[[rules]]\nwhen = { team = "ESP" }\nthen = "${then}"\n`)
      .join("");
    const response = await routing.request("/routing", admin("PUT", `${TOML}\n${rules}`, "application/toml"));
    const body = (await response.json()) as { warnings: string[] };
    expect(body.warnings).toEqual([
      'rules[1].then: no cluster "unknown" in the current index: the generic page is served',
    ]);
  });

  test("names file, key and reason of every error, and changes nothing", async () => {
    const { database, routing, onRouting } = setUp();
    const broken = TOML.replace('"07:00"', '"7 am"').replace('"Europe/Madrid"', '"Europe/Atlantis"');
    const response = await routing.request(
      "/routing?file=edge/routing.toml",
      admin("PUT", broken, "text/plain"),
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        file: "edge/routing.toml",
        issues: [{ key: "time_zone" }, { key: "bands[1].from", reason: expect.stringContaining("18:30") }],
      },
    });
    expect(currentRoutingVersion(database)).toBe(0);
    expect(onRouting).not.toHaveBeenCalled();
  });

  test("names the line where the text is no TOML", async () => {
    const { routing } = setUp();
    const response = await routing.request(
      "/routing",
      admin("PUT", 'mode = "auto"\nbands = [', "text/plain"),
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { issues: [{ key: "", line: 2 }] } });
  });

  test("a rollback pushes the previous or a named version again", async () => {
    const { database, routing, onRouting } = setUp();
    const rollback = (body?: unknown) => routing.request("/routing/rollback", admin("POST", body));
    expect((await rollback()).status).toBe(404);
    for (const threshold of [100, 101, 102]) {
      await routing.request("/routing", admin("PUT", TOML.replace("= 100", `= ${threshold}`), "text/plain"));
    }
    expect((await rollback()).status).toBe(200);
    expect(currentRouting(database)).toMatchObject({ version: 4, note: "rollback to version 2" });
    expect(currentRouting(database)?.routing.bands[0]?.threshold_per_s).toBe(101);
    await rollback({ version: 1 });
    expect(currentRouting(database)?.routing.bands[0]?.threshold_per_s).toBe(100);
    expect(onRouting).toHaveBeenLastCalledWith(expect.objectContaining({ version: 5 }));
    expect((await rollback({ version: 99 })).status).toBe(404);
    expect((await rollback({ version: "1" })).status).toBe(400);
    expect(currentRoutingVersion(database)).toBe(5);
  });
});

describe("GET /health", () => {
  test("answers before anything was built", async () => {
    const { health } = setUp();
    expect(await (await health.request("/health")).json()).toEqual({
      ok: true,
      routingVersion: 0,
      items: 0,
      users: 0,
      events: 0,
      now: "2026-07-10T20:00:00.000Z",
    });
  });

  test("tells the age of what is served and why the last cycle failed", async () => {
    const { database, health } = setUp();
    upsertItems(database, [item("a")], "api", 1);
    finishGeneration(database, startGeneration(database, "cadence", 1), { pages: 3 }, NOW_MS - 90_500);
    failGeneration(database, startGeneration(database, "editorial", 2), "KV is away", NOW_MS);
    expect(await (await health.request("/health")).json()).toMatchObject({
      ok: true,
      generation: 1,
      generationAgeS: 90,
      items: 1,
      lastCycle: { state: "failed", reason: "editorial", error: "KV is away" },
    });
  });
});
