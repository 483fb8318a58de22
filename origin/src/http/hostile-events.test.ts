/**
 * Bad input for `POST /events`, over real HTTP: refused by name or stored harmlessly, and nothing else in the
 * batch lost.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { serve } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import { HOSTILE_EVENTS, SQL } from "@spillway/shared/test/hostile-events.ts";
import { createMetrics } from "../monitoring/metrics.ts";
import { createTimeBudget } from "../serving/gate/time-budget.ts";
import { eventsAfter } from "@spillway/store/events/events.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { eventsRoutes } from "./events.ts";
import { NO_ROLLOUTS } from "../../test/test-rollouts.ts";

type BodyInit = NonNullable<RequestInit["body"]>;

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");

async function setUp() {
  const database = openForTest();
  const app = eventsRoutes({
    database,
    gatewayTokens: [],
    metrics: createMetrics(),
    nowMs: () => NOW_MS,
    rollouts: NO_ROLLOUTS,
    eventsBudget: createTimeBudget(1, () => 0),
  });
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const post = (
    body: BodyInit,
    headers: Record<string, string> = { "content-type": "application/json" },
    query = "",
  ): Promise<Response> => fetch(`http://127.0.0.1:${port}/events${query}`, { method: "POST", body, headers });
  const ids = (): string[] => eventsAfter(database, 0, 1000).map(({ id }) => id);
  return { database, post, ids };
}

const good = (id: string): string => `{"id":"${id}","type":"play","item":"i1","user":"u1"}`;

test("one hostile event costs at most itself, whatever it is", async () => {
  const { database, post } = await setUp();
  for (const [at, { name, json, refused }] of HOSTILE_EVENTS.entries()) {
    const response = await post(`[${good(`before-${at}`)},${json},${good(`after-${at}`)}]`);
    expect([name, response.status]).toEqual([name, 202]);
    const answer = (await response.json()) as { accepted: number; refused: { index: number; key: string }[] };
    expect([name, answer.accepted]).toEqual([name, refused === undefined ? 3 : 2]);
    expect([name, answer.refused[0]?.index, answer.refused[0]?.key]).toEqual([
      name,
      refused === undefined ? undefined : 1,
      refused,
    ]);
    for (const { reason } of answer.refused as { reason?: string }[]) expect(reason).toMatch(/./);
  }
  const events = eventsAfter(database, 0, 1000);
  const taken = HOSTILE_EVENTS.filter(({ refused }) => refused === undefined).length;
  expect(events).toHaveLength(2 * HOSTILE_EVENTS.length + taken);
  expect(events.find(({ user }) => user === SQL)).toMatchObject({ item: SQL, carousel: SQL });
  expect(events.filter(({ timeMs }) => timeMs > NOW_MS)).toEqual([]);
  expect(Object.keys(events.at(-1) ?? {})).not.toContain("polluted");
  expect("polluted" in {}).toBe(false);
});

test("refused events are named by index, id, key and reason", async () => {
  const { post, ids } = await setUp();
  const bad = '{"id":"b","type":"stare","item":"i1","user":"u1"}';
  const response = await post(`{"events":[${good("a")},${bad},{"id":7},${good("c")}]}`);
  expect(await response.json()).toEqual({
    accepted: 2,
    duplicates: 0,
    refused: [
      { index: 1, id: "b", key: "type", reason: expect.stringContaining("impression") },
      { index: 2, key: "id", reason: expect.any(String) },
      { index: 2, key: "type", reason: "is missing" },
      { index: 2, key: "item", reason: "is missing" },
    ],
  });
  expect(ids()).toEqual(["a", "c"]);
});

const NESTED = "[".repeat(60_000) + "]".repeat(60_000);
test.each<[string, BodyInit, Record<string, string>, number, string]>([
  ["10,000 events in a small body", `[${"0,".repeat(9999)}0]`, {}, 400, "holds 10000 events; at most 500"],
  ["10,000 events in a large one", `[${`${good("a")},`.repeat(9999)}${good("b")}]`, {}, 413, "131072 bytes"],
  ["nothing but nesting", NESTED, {}, 400, "no event could be taken"],
  ["nesting that does not end", "[".repeat(100_000), {}, 400, "not JSON"],
  [
    "a compressed bomb that says so",
    gzipSync(Buffer.alloc(5_000_000)),
    { "content-encoding": "gzip" },
    415,
    "compressed",
  ],
  ["a compressed bomb that does not", gzipSync(Buffer.alloc(5_000_000)), {}, 400, "UTF-8"],
  ["bytes that are not UTF-8 in a string", Buffer.from(good("\u00ff"), "latin1"), {}, 400, "UTF-8"],
  [
    "a form",
    new URLSearchParams({ events: "[]" }),
    { "content-type": "application/x-www-form-urlencoded" },
    415,
    "content-type must be",
  ],
  ["a file", good("a"), { "content-type": "multipart/form-data; boundary=x" }, 415, "content-type must be"],
])("refuses %s", async (_, body, headers, status, message) => {
  const { post, ids } = await setUp();
  const response = await post(body, { "content-type": "application/json", ...headers });
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(message);
  expect(ids()).toEqual([]);
  expect((await post(`[${good("next")}]`)).status).toBe(202);
});

test.each(["u".repeat(10_000), "a%0d%0aSet-Cookie:%20evil=1", "%00", ""])(
  "refuses the user %.20s in the address",
  async (user) => {
    const { post, ids } = await setUp();
    const response = await post(`[${good("a")}]`, {}, `?user=${user}`);
    expect([response.status, response.headers.get("set-cookie")]).toEqual([400, null]);
    expect(await response.text()).toContain('"key":"user"');
    expect(ids()).toEqual([]);
  },
);
