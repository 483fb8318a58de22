import { describe, expect, test } from "vitest";
import { MAX_EVENT_BODY_BYTES, type StoredEvent } from "@spillway/shared/protocol/events.ts";
import { createMetrics } from "../monitoring/metrics.ts";
import { createTimeBudget } from "../serving/gate/time-budget.ts";
import { allLetters } from "@spillway/store/events/dead-letters.ts";
import { eventsAfter } from "@spillway/store/events/events.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { behindSignature, createTestEdge, type EdgeAnswer } from "../../test/test-edge.ts";
import { eventsRoutes } from "./events.ts";
import { NO_ROLLOUTS } from "../../test/test-rollouts.ts";

const NOW_MS = 1_800_000_000_000;

const GATEWAY_TOKEN = "a-gateway-token-0123";

function setUp(slowMs = 0) {
  const path = temporaryPath();
  const database = openForTest(path);
  const metrics = createMetrics();
  let monotonicMs = 0;
  const routes = eventsRoutes({
    database,
    gatewayTokens: [GATEWAY_TOKEN],
    metrics,
    nowMs: () => NOW_MS,
    // Each look at the clock is so much later.
    rollouts: NO_ROLLOUTS,
    eventsBudget: createTimeBudget(0.1, () => (monotonicMs += slowMs)),
  });
  const app = behindSignature(routes, () => NOW_MS);
  const edge = createTestEdge(app, () => NOW_MS);
  const post = async (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
    query = "",
  ): Promise<Response> => app.request(`/events${query}`, { method: "POST", body, headers });
  const fromEdge = async (events: readonly unknown[], token?: string): Promise<EdgeAnswer> =>
    edge.call("/events", {
      method: "POST",
      body: JSON.stringify({ events }),
      headers: { "content-type": "application/json" },
      ...(token !== undefined && { token }),
    });
  return { path, database, metrics, post, fromEdge };
}

function play(id: string): object {
  return { id, type: "play", item: "m1", user: "u1" };
}

function stored(id: string): StoredEvent {
  return { id, type: "play", item: "m1", user: "u1", timeMs: NOW_MS };
}

describe("from a client", () => {
  test.each(["application/json", "text/plain;charset=UTF-8"])("stores a batch sent as %s", async (type) => {
    const { post, database, metrics } = setUp();
    const response = await post(JSON.stringify([play("a"), play("b")]), { "content-type": type });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: 2, duplicates: 0, refused: [] });
    expect(eventsAfter(database, 0, 9).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(await metrics.registry.metrics()).toContain("spillway_events_stored_total 2");
  });

  test("takes a gateway's word for its users, and nobody else's", async () => {
    const { post, database } = setUp();
    const json = { "content-type": "application/json" };
    const claims = { proof: "cookie", network: "a".repeat(16) };
    await post(JSON.stringify([play("a")]), { ...json, authorization: `Bearer ${GATEWAY_TOKEN}` });
    await post(JSON.stringify([play("b")]), { ...json, authorization: "Bearer another-token-012345" });
    await post(JSON.stringify([{ ...play("c"), ...claims }]), json);
    const proofs = eventsAfter(database, 0, 9).map(({ id, proof, network }) => [id, proof, network]);
    expect(proofs).toEqual([
      ["a", undefined, undefined],
      ["b", "none", undefined],
      ["c", "none", undefined],
    ]);
  });

  test("turns a flood away for the moment, and stores nothing of what it turns away", async () => {
    const { post, database, metrics } = setUp(200);
    const statuses = [];
    for (const id of ["a", "b", "c", "d"]) statuses.push((await post(JSON.stringify([play(id)]))).status);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0);
    const taken = statuses.filter((status) => status === 202).length;
    expect(taken).toBeGreaterThan(0);
    expect(eventsAfter(database, 0, 9)).toHaveLength(taken);
    expect(await metrics.registry.metrics()).toMatch(/spillway_events_deferred_total [1-3]/);
  });

  test("counts what it has already", async () => {
    const { post } = setUp();
    await post(JSON.stringify([play("a")]));
    const again = await post(JSON.stringify([play("a"), play("b")]));
    expect(await again.json()).toEqual({ accepted: 1, duplicates: 1, refused: [] });
  });

  test("takes the good events and names the bad ones", async () => {
    const { post } = setUp();
    const response = await post(JSON.stringify([play("a"), { ...play("b"), type: "stare" }]));
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      accepted: 1,
      refused: [{ index: 1, id: "b", key: "type" }],
    });
  });

  test("takes the user from the address where an event has none", async () => {
    const { post, database } = setUp();
    await post(JSON.stringify([{ id: "a", type: "play", item: "m1" }]), {}, "?user=u9");
    expect(eventsAfter(database, 0, 9).at(0)?.user).toBe("u9");
  });

  test.each([
    ["no JSON", "{", {}, 400, "body is not JSON"],
    ["no events", "{}", {}, 400, "must be an array"],
    ["an event without a user", '[{"id":"a","type":"play","item":"m"}]', {}, 400, '"key":"user"'],
    ["another media type", "[]", { "content-type": "application/xml" }, 415, "content-type must be"],
    ["a form", "[]", { "content-type": "application/x-www-form-urlencoded" }, 415, "application/json"],
    ["a compressed body", "[]", { "content-encoding": "gzip" }, 415, "compressed"],
    ["too much", " ".repeat(MAX_EVENT_BODY_BYTES + 1), {}, 413, "131072 bytes"],
    ["no text", new Uint8Array([0xff, 0xfe]), {}, 400, "UTF-8"],
  ])("refuses %s", async (_, body, headers, status, message) => {
    const { post, database } = setUp();
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(message);
    expect(eventsAfter(database, 0, 1)).toEqual([]);
  });

  test("says 503 and stores nothing while another process holds the write lock", async () => {
    const { path, post, database } = setUp();
    database.sqlite.pragma("busy_timeout = 20");
    const other = openForTest(path);
    other.sqlite.exec("BEGIN IMMEDIATE");
    const refused = await post(JSON.stringify([play("a")]));
    other.sqlite.exec("COMMIT");
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(eventsAfter(database, 0, 9)).toEqual([]);
    expect((await post(JSON.stringify([play("a")]))).status).toBe(202);
  });
});

describe("from our edge", () => {
  test("stores whole events and proves that the reply is ours", async () => {
    const { fromEdge, database } = setUp();
    const { response, proven } = await fromEdge([{ ...stored("a"), cluster: "esp", servedAs: "cluster" }]);
    expect(response.status).toBe(202);
    expect(proven).toBe(true);
    expect(eventsAfter(database, 0, 9)).toMatchObject([{ id: "a", cluster: "esp", servedAs: "cluster" }]);
  });

  test("takes more than a client may send", async () => {
    const { fromEdge } = setUp();
    const events = Array.from({ length: 2000 }, (_, at) => stored(`event-${at}`));
    expect((await fromEdge(events)).response.status).toBe(202);
  });

  test("stores the good events, keeps the others as letters, and says which they are and why", async () => {
    const { fromEdge, database, metrics } = setUp();
    const bad = { ...stored("b"), timeMs: "soon" };
    const { response, proven } = await fromEdge([stored("a"), bad, 7, stored("c")]);
    expect(response.status).toBe(202);
    expect(proven).toBe(true);
    expect(await response.json()).toMatchObject({
      accepted: 2,
      duplicates: 0,
      refused: [
        { index: 1, id: "b", key: "timeMs" },
        { index: 2, key: "" },
      ],
    });
    expect(eventsAfter(database, 0, 9).map(({ id }) => id)).toEqual(["a", "c"]);
    const letters = allLetters(database, true).map(({ body }) => JSON.parse(body));
    expect(letters).toHaveLength(2);
    expect(letters).toEqual(expect.arrayContaining([{ events: [bad] }, { events: [7] }]));
    expect(await metrics.registry.metrics()).toContain("spillway_events_refused_total 2");
  });

  test("says that what is no batch is none", async () => {
    const { fromEdge, database } = setUp();
    const { response, proven } = await fromEdge(Array.from({ length: 10_001 }, () => 0));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("holds 10001 events; at most 10000");
    expect(proven).toBe(true);
    expect(allLetters(database, true)).toEqual([]);
  });

  test("refuses more than 2 MB", async () => {
    const { fromEdge } = setUp();
    const { response } = await fromEdge([{ ...stored("a"), padding: "x".repeat(2 * 1024 * 1024) }]);
    expect(response.status).toBe(413);
  });

  test("refuses a forged signature, without a proof", async () => {
    const { fromEdge, database } = setUp();
    const { response, proven } = await fromEdge([stored("a")], "forged-token-0123456789");
    expect(response.status).toBe(401);
    expect(proven).toBe(false);
    expect(eventsAfter(database, 0, 9)).toEqual([]);
  });
});
