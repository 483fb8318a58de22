/**
 * Bad input for the edge's `POST /events`: refused by name or passed on harmlessly, and nothing else in the
 * batch lost.
 */
import { reset } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import type { EventBatch, StoredEvent } from "@spillway/shared/protocol/events.ts";
import { HOSTILE_EVENTS, SQL } from "@spillway/shared/test/hostile-events.ts";
import { testEdge } from "../../test/worker/test-edge.ts";

afterEach(reset);

function setUp() {
  const sent: StoredEvent[] = [];
  const queue = {
    sendBatch: (messages: Iterable<{ body: EventBatch }>) => {
      for (const { body } of messages) sent.push(...body.events);
      return Promise.resolve();
    },
  } as unknown as Queue<EventBatch>;
  return { sent, edge: testEdge("down", { EVENTS: queue }) };
}

const good = (id: string): string => `{"id":"${id}","type":"play","item":"i1"}`;

test("one hostile event costs at most itself, whatever it is", async () => {
  const { sent, edge } = setUp();
  for (const [at, { name, json, refused }] of HOSTILE_EVENTS.entries()) {
    const body = `[${good(`before-${at}`)},${json},${good(`after-${at}`)}]`;
    const response = await edge.post("/events?user=u42", body);
    expect([name, response.status]).toEqual([name, 202]);
    const answer = await response.json<{ accepted: number; refused: { index: number; key: string }[] }>();
    const first = refused === undefined ? undefined : { index: 1, key: refused };
    expect([name, answer]).toMatchObject([name, { accepted: refused === undefined ? 3 : 2 }]);
    expect([name, answer.refused[0]?.index, answer.refused[0]?.key]).toEqual([
      name,
      first?.index,
      first?.key,
    ]);
  }
  const taken = HOSTILE_EVENTS.filter(({ refused }) => refused === undefined).length;
  expect(sent).toHaveLength(2 * HOSTILE_EVENTS.length + taken);
  expect(sent.find(({ user }) => user === SQL)).toMatchObject({ item: SQL, carousel: SQL });
  expect(new Set(sent.flatMap((event) => Object.keys(event)))).toEqual(
    new Set(["id", "type", "item", "carousel", "user", "timeMs", "signals", "proof", "network"]),
  );
  expect("polluted" in {}).toBe(false);
});

test.each([
  ["10,000 events in a small body", `[${"0,".repeat(9999)}0]`, 400, "holds 10000 events; at most 500"],
  ["10,000 events in a large one", `[${`${good("a")},`.repeat(9999)}${good("b")}]`, 413, "131072 bytes"],
  ["nothing but nesting", "[".repeat(60_000) + "]".repeat(60_000), 400, "reason"],
  ["nesting that does not end", "[".repeat(100_000), 400, "is not JSON"],
])("refuses %s", async (_, body, status, reason) => {
  const { sent, edge } = setUp();
  const response = await edge.post("/events?user=u42", body);
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(reason);
  expect(sent).toEqual([]);
});

test("refuses a compressed bomb, whether it says so or not", async () => {
  const { sent, edge } = setUp();
  const zipped = new Blob([new Uint8Array(5_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
  const bomb = await new Response(zipped).arrayBuffer();
  const headers = { "content-type": "application/json" };
  for (const encoding of ["gzip", "GZIP", "br"]) {
    const told = await edge.post("/events", bomb, { ...headers, "content-encoding": encoding });
    expect(told.status).toBe(415);
  }
  expect((await edge.post("/events", bomb, headers)).status).toBe(400);
  expect(sent).toEqual([]);
});

test.each(["u".repeat(10_000), "a%0d%0aSet-Cookie:%20evil=1", "%00", "%ff%00"])(
  "refuses the user %.20s in the address",
  async (user) => {
    const { sent, edge } = setUp();
    const response = await edge.post(`/events?user=${user}`, `[${good("a")}]`);
    expect([response.status, response.headers.get("set-cookie")]).toEqual([400, null]);
    expect(await response.text()).toContain('"user"');
    expect(sent).toEqual([]);
  },
);

test("what campaign, referrer, user agent and cookies smuggle reaches neither the event nor the answer", async () => {
  const { sent, edge } = setUp();
  const evil = encodeURIComponent("x'; DROP TABLE events; --\r\nSet-Cookie: evil=1\u0000");
  const response = await edge.post(
    `/events?utm_source=${evil}&utm_campaign=${evil}&team=${evil}`,
    `[${good("a")}]`,
    {
      "content-type": "application/json",
      cookie: `spillway_visitor=${evil}; team=${evil}; spillway_viewer=${evil}`,
      referer: `https://example.com/?${evil}`,
      "user-agent": `'; DROP TABLE events; -- ${evil}`,
    },
  );
  expect(response.status).toBe(202);
  expect(response.headers.get("set-cookie")).toMatch(/^spillway_visitor=[0-9a-f-]{36}; Path=\/;[^,]*$/);
  expect([...response.headers.values()].join()).not.toContain("evil");
  const [event] = sent;
  expect(event?.user).toMatch(/^v_[0-9a-f-]{36}$/);
  for (const value of Object.values(event?.signals ?? { none: "" }))
    expect(value).toMatch(/^[A-Za-z0-9_-]{1,48}$/);
});
