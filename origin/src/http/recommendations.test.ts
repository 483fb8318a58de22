import type { TailoringKeys } from "@spillway/shared/routing/tailoring.ts";
import type { Page } from "@spillway/shared/protocol/page.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { createUserHash, ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { Hono } from "hono";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { withEvents } from "@spillway/model/profile/viewer-changes.ts";
import {
  packViewerState,
  readViewerState,
  viewerStateBytes,
  viewerStateText,
} from "@spillway/model/profile/viewer-state-codec.ts";
import { createMetrics, type Metrics } from "../monitoring/metrics.ts";
import type { LiveSnapshot } from "../serving/snapshot/live-snapshot.ts";
import { createRoutingGate, type RoutingGate } from "../serving/gate/routing-gate.ts";
import type { Database } from "@spillway/store/database.ts";
import { markCatalogueChange } from "@spillway/store/catalogue/catalogue-change.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { itemSeqById, upsertItems } from "@spillway/store/catalogue/items.ts";
import { putPins } from "@spillway/store/operators/pins.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { recommendationsRoute } from "./recommendations.ts";
import { behindSignature, createTestEdge } from "../../test/test-edge.ts";
import { film, openRecommender, seedTwoCamps } from "../../test/test-recommender.ts";
import { createIsolateVersions } from "../rollout/isolate-versions.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const WORKER_STARTS = { timeout: 60_000 };

let database: Database;
let metrics: Metrics;
let gate: RoutingGate;
let live: LiveSnapshot;
let app: Hono;

function routing(threshold: number, tailoring?: TailoringKeys) {
  const bands = [{ name: "all day", from: "00:00", threshold_per_s: threshold }];
  return {
    version: 1,
    routing: {
      time_zone: "UTC",
      mode: "auto" as const,
      deadline_ms: 250,
      bands,
      rules: [],
      ...(tailoring !== undefined && { tailoring }),
    },
  };
}

beforeEach(async () => {
  database = openForTest();
  await seedTwoCamps(database, NOW_MS);
  metrics = createMetrics();
  gate = createRoutingGate(routing(1000), {
    draw: () => 0.5,
    maxInFlight: 10,
    instances: 1,
    wallMs: () => NOW_MS,
    monotonicMs: () => 0,
  });
  const serving = openRecommender(database, metrics, NOW_MS);
  live = serving.live;
  const route = recommendationsRoute({
    gate,
    isolateVersions: createIsolateVersions(),
    metrics,
    nowMs: () => NOW_MS,
    contentNowMs: () => NOW_MS,
    recommender: serving.recommender,
    hashUser,
    tailoring: () => gate.routing().tailoring,
  });
  app = behindSignature(route, () => NOW_MS);
});

const DEMAND = "i1;demand=5.000;arrivals=3";

async function get(query: string, headers: Record<string, string> = {}) {
  return read(await app.request(`/recommendations?${query}`, { headers }));
}

async function read(response: Response) {
  const text = await response.text();
  const page = (text.startsWith('{"context"') ? JSON.parse(text) : undefined) as Page | undefined;
  return { response, text, page, served: response.headers.get(HEADER.served) ?? "" };
}

async function edgeGet(query: string, demand?: string, viewer?: string) {
  const edge = createTestEdge(app, () => NOW_MS);
  const { response, proven } = await edge.call(`/recommendations?${query}`, {
    headers: {
      ...(demand !== undefined && { "spillway-demand": demand }),
      ...(viewer !== undefined && { "spillway-viewer": viewer }),
      "spillway-signals": JSON.stringify({ ...NO_SIGNALS, team: "ESP", campaign: "qf-1" }),
    },
  });
  return { proven, ...(await read(response)) };
}

const hashUser = createUserHash("key");

/** The viewer state in the cookie that a response sets. */
function viewerIn(response: Response): ReturnType<typeof readViewerState> {
  const [, text] =
    /^spillway_viewer=([^;]*); Path=\/; Max-Age=7776000; SameSite=Lax; HttpOnly$/.exec(
      response.headers.get("set-cookie") ?? "",
    ) ?? [];
  return readText(text ?? "");
}

function readText(text: string): ReturnType<typeof readViewerState> {
  const bytes = viewerStateBytes(text);
  return bytes === undefined ? undefined : readViewerState(bytes);
}

async function has(query: string, ask: (of: string) => Promise<{ text: string }> = get) {
  const { text } = await ask(query);
  return [text.includes('"drama-1"'), text.includes('"drama-2"')];
}

/** What leads the carousel of what was watched. */
function againIn(page: Page | undefined): string | undefined {
  return page?.carousels.find(({ id }) => id === "again")?.items[0]?.id;
}

function pinned(page: Page | undefined): string[] | undefined {
  return page?.carousels.map(({ id }) => id).filter((id) => id.startsWith("pin-"));
}

const inferences = async (): Promise<number> => (await metrics.inference.get()).values[0]?.value ?? 0;

describe("GET /recommendations at the origin", () => {
  test("without a cluster is individual: what the user likes, without what the user has seen", async () => {
    const { page, served, response } = await get("user=u0");
    expect(served).toMatch(/^individual;reason=admitted;cluster="generic"/);
    expect(page?.carousels[0]?.items[0]?.genres).toEqual(["drama"]);
    const again = page?.carousels.find(({ id }) => id === "again")?.items.map(({ id }) => id) ?? [];
    expect(again).toHaveLength(6);
    const others = page?.carousels
      .filter(({ id }) => id !== "again")
      .flatMap(({ items }) => items.map(({ id }) => id));
    for (const id of again) expect(others).not.toContain(id);
    expect(viewerIn(response)).toMatchObject({
      ownerTag: ownerTagOf(hashUser("u0")),
      state: { writtenMs: NOW_MS, signals: { affinity: expect.stringMatching(/^drama/), depth: "regular" } },
    });
    expect(viewerIn(response)?.state.titles.items).toHaveLength(6);
    expect(await inferences()).toBe(1);
  });

  test("shows nobody what is not for their country or age, by gateway, client and edge", async () => {
    upsertItems(
      database,
      [
        { ...film("drama", 1), ageRating: 16 },
        { ...film("drama", 2), territories: { allowed: ["GB"] } },
      ],
      "api",
      NOW_MS + 1,
    );
    markCatalogueChange(database, { restricted: ["drama-1", "drama-2"] }, NOW_MS + 1);
    live.itemsChanged(["drama-1", "drama-2"]);
    for (const asked of ["context=search&q=drama&user=u0", "context=search&q=drama&cluster=generic"]) {
      expect([asked, await has(`${asked}&country=gb&rating=16`)]).toEqual([asked, [true, true]]);
      expect([asked, await has(`${asked}&country=US&rating=15`)]).toEqual([asked, [false, false]]);
      expect([asked, await has(asked)]).toEqual([asked, [true, false]]);
    }
    for (const asked of ["user=stranger&context=movies", "cluster=generic&context=movies"])
      expect([asked, await has(`${asked}&country=IE&rating=7`)]).toEqual([asked, [false, false]]);
    const byEdge = "user=u0&cluster=generic&context=search&q=drama&country=US&rating=0";
    expect(await has(byEdge, edgeGet)).toEqual([false, false]);
    const answers = await Promise.all(["rating=18%2B", "country=UK"].map((one) => get(`user=u0&${one}`)));
    expect(answers.map(({ response, text }) => [response.status, text.slice(-90)])).toEqual([
      [400, expect.stringContaining('"key":"rating"')],
      [400, expect.stringContaining("write GB")],
    ]);
  });

  test("says the user's newest stored event as the watermark, folded or not, and the titles with it", async () => {
    const timeMs = NOW_MS - 60_000;
    insertEvents(database, [{ id: "e-new", type: "play", item: "comedy-0", user: "u0", timeMs }], NOW_MS);
    const viewer = viewerIn((await get("user=u0")).response);
    expect(viewer?.state).toMatchObject({ foldedMs: timeMs, recent: [{ timeMs }, {}, {}, {}, {}, {}, {}] });
    expect((await get("user=u0&cluster=esp")).response.headers.has("set-cookie")).toBe(false);
  });

  test("sets a Secure cookie over https, none without consent, and one without history where none may travel", async () => {
    const { response } = await read(await app.request("https://origin.example/recommendations?user=u0"));
    expect(response.headers.get("set-cookie")).toMatch(/; Secure$/);
    gate.apply(routing(1000, { history: ["cookie"], consent_cookie: "consent=yes" }));
    expect((await get("user=u0")).response.headers.has("set-cookie")).toBe(false);
    expect(viewerIn((await get("user=u0", { cookie: "consent=yes" })).response)).toBeDefined();
    gate.apply(routing(1000, { history: ["map"] }));
    const bare = viewerIn((await get("user=u0")).response)?.state;
    expect(bare).toMatchObject({ plays: 0, recent: [], signals: { depth: "regular" } });
    expect(bare?.titles.items).toHaveLength(0);
  });

  test("with a cluster alone is its stored page, whoever asks and however often, without inference", async () => {
    const { page, served } = await get("user=u1&cluster=esp");
    expect(served).toMatch(/^cluster;reason=requested;cluster="esp"/);
    expect(page?.carousels[0]?.items[0]?.genres).toEqual(["drama"]);
    expect((await get("cluster=bel")).page?.carousels[0]?.items[0]?.genres).toEqual(["comedy"]);
    expect((await get("user=u1&cluster=no-such")).served).toMatch(/^generic;reason=requested/);
    expect(await inferences()).toBe(0);
  });

  test("from our edge, a cluster is the prior of a stranger, and the reply is signed", async () => {
    const { page, served, response, proven } = await edgeGet("user=stranger&cluster=esp");
    expect(served).toMatch(/^individual;reason=admitted;cluster="esp"/);
    expect(page?.carousels[0]?.items[0]?.genres).toEqual(["drama"]);
    expect(proven).toBe(true);
    // Proxies may add cookies, so that a cookie is nothing to sign.
    expect(readText(response.headers.get(HEADER.viewer) ?? "")).toMatchObject({
      ownerTag: ownerTagOf(hashUser("stranger")),
      state: { foldedMs: 0, signals: { depth: "new" } },
    });
    expect(response.headers.has("set-cookie")).toBe(false);
    const other = await edgeGet("user=stranger&cluster=bel");
    expect(other.page?.carousels[0]?.items[0]?.genres).toEqual(["comedy"]);
  });

  test("over the threshold answers our edge with an empty 429 and everybody else with a stored page", async () => {
    gate.apply(routing(0));
    const shed = await edgeGet("user=u0&cluster=esp");
    expect(shed.response.status).toBe(429);
    expect(shed.text).toBe("");
    expect((await get("user=u0")).served).toMatch(/^generic;reason=over-threshold/);
    expect((await get("user=u0&context=search&q=comedy")).served).toMatch(/^generic;reason=over-threshold/);
    expect(await inferences()).toBe(0);
  });

  test("an isolate that reports its demand is told its credit, under the reply's signature", async () => {
    const { response, proven } = await edgeGet("user=u0&cluster=esp", DEMAND);
    expect(response.headers.get(HEADER.credit)).toBe("open");
    expect(response.headers.get("signature-input")).toContain('"spillway-credit"');
    expect(proven).toBe(true);
  });

  test("a 429 tells the credit too", async () => {
    gate.apply(routing(0));
    const { response } = await edgeGet("user=u0&cluster=esp", DEMAND);
    expect([response.status, response.headers.get(HEADER.credit)]).toEqual([429, "open"]);
  });

  test("a report that is not signed is ignored", async () => {
    const { response } = await get("user=u0", { [HEADER.demand]: DEMAND });
    expect([response.status, response.headers.get(HEADER.credit)]).toEqual([200, null]);
    expect(gate.figures().isolates).toBe(0);
  });

  test("an event changes the next answer at once", async () => {
    const before = await get("user=u0");
    const item = before.page?.carousels[0]?.items[0]?.id ?? "";
    insertEvents(database, [{ id: "e1", type: "play", item, user: "u0", timeMs: NOW_MS }], NOW_MS);
    const after = await get("user=u0");
    expect(after.page?.carousels.find(({ id }) => id === "again")?.items[0]?.id).toBe(item);
    expect(after.response.headers.get("etag")).not.toBe(before.response.headers.get("etag"));
  });

  test("what still waits in a queue counts where our edge says it of this user, and is not taken for known", async () => {
    const { page: before } = await edgeGet("user=u0&cluster=generic");
    const item = before?.carousels[0]?.items[0]?.id ?? "";
    const seq = itemSeqById(database, item);
    const played = withEvents(undefined, [{ type: "play", item: seq, timeMs: NOW_MS }], NOW_MS);
    const textFor = (user: string): string =>
      viewerStateText(packViewerState(played, ownerTagOf(hashUser(user))).bytes);
    const own = await edgeGet("user=u0&cluster=generic", undefined, textFor("u0"));
    expect(againIn(own.page)).toBe(item);
    expect(own.page?.carousels.filter(({ items }) => items.some(({ id }) => id === item))).toHaveLength(1);
    const told = readText(own.response.headers.get(HEADER.viewer) ?? "")?.state.titles.items;
    expect([...(told ?? [])]).not.toContain(seq);
    for (const text of [textFor("u1"), "AAAA", "!"]) {
      expect(againIn((await edgeGet("user=u0&cluster=generic", undefined, text)).page)).not.toBe(item);
    }
    expect(againIn((await get("user=u0", { "spillway-viewer": textFor("u0") })).page)).not.toBe(item);
  });

  test("pins reach those whose signals match: by the edge's signals, or by the cluster's definition", async () => {
    putPins(
      database,
      [
        { id: "fans", when: { team: "ESP" }, title: "Fans", items: ["comedy-1"], contexts: ["homepage"] },
        {
          id: "qf",
          when: { campaign: "qf-*" },
          title: "Tonight",
          items: ["drama-1"],
          contexts: ["homepage"],
        },
      ],
      NOW_MS,
    );
    live.pinsChanged();
    expect(pinned((await edgeGet("user=u0&cluster=esp")).page)).toEqual(["pin-fans", "pin-qf"]);
    expect(pinned((await get("cluster=esp")).page)).toEqual(["pin-fans"]);
    expect(pinned((await get("cluster=bel")).page)).toEqual([]);
    expect(pinned((await get("user=u0")).page)).toEqual([]);
  });

  test("after an import has replaced the catalogue, answers are the stored pages until the next cycle", async () => {
    database.sqlite.exec("DELETE FROM items");
    upsertItems(database, [film("western", 1)], "import", NOW_MS + 1);
    live.itemsChanged([]);
    await vi.waitFor(() => expect(live.current().trained).toBe(false), WORKER_STARTS);
    const { page, served } = await get("user=u0");
    expect(served).toMatch(/^generic;reason=no-model/);
    expect(page?.carousels.length).toBeGreaterThan(0);
  });

  test("similar gives neighbours without the item itself, search gives matches in the order of taste", async () => {
    const similar = await get("user=u0&context=similar&item=comedy-3");
    const ids = similar.page?.carousels[0]?.items.map(({ id }) => id) ?? [];
    expect(ids.length).toBeGreaterThan(3);
    expect(ids).not.toContain("comedy-3");
    for (const id of ids) expect(id).toMatch(/^comedy/);
    const found = await get(`user=u0&context=search&q=${encodeURIComponent("number")}`);
    expect(found.page?.carousels[0]?.items[0]?.genres).toEqual(["drama"]);
    expect((await get("user=u1&context=search&q=number")).page?.carousels[0]?.items[0]?.genres).toEqual([
      "comedy",
    ]);
    expect((await get("user=u1&context=search&q=%22%27)(*")).response.status).toBe(200);
  });

  test("an answer that has not changed is a 304", async () => {
    const { response } = await get("cluster=esp");
    expect(
      (await get("cluster=esp", { "if-none-match": response.headers.get("etag") ?? "" })).response.status,
    ).toBe(304);
  });

  test.each([
    ["", 400, "user"],
    ["user=", 400, "user"],
    [`user=${"x".repeat(200)}`, 400, "user"],
    ["user=u0&context=No%20Such", 400, "context"],
    ["user=u0&context=sports", 404, "context"],
    ["user=u0&cluster=../etc", 400, "cluster"],
    ["user=u0&context=similar", 400, "item"],
    ["user=u0&context=similar&item=nope", 404, "item"],
    ["user=u0&context=search", 400, "q"],
    [`user=u0&context=search&q=${"x".repeat(300)}`, 400, "q"],
  ])("%s is answered with %i, and says that it is for %s", async (query, status, key) => {
    const { response, text } = await get(query);
    expect(response.status).toBe(status);
    expect(text).toContain(`"key":"${key}"`);
  });
});
