import type { Problem } from "@spillway/shared/protocol/problem.ts";
import { reset } from "cloudflare:test";
import { afterEach, describe, expect, test } from "vitest";
import { MAX_EVENT_BODY_BYTES, type EventBatch } from "@spillway/shared/protocol/events.ts";
import { NO_EDITORIAL } from "@spillway/shared/protocol/editorial.ts";
import { NO_ERASURES } from "@spillway/shared/protocol/erasures.ts";
import { NO_SUSPECTS } from "@spillway/shared/protocol/suspects.ts";
import { DEFAULT_ROUTING } from "../published/routing-source.ts";
import { createViewers } from "../viewer/viewers.ts";
import { takeEvents } from "./take-events.ts";
import { SOCIAL, testEdge, type OriginBehaviour } from "../../test/worker/test-edge.ts";

const NOTHING_PUBLISHED = {
  clusters: undefined,
  routing: DEFAULT_ROUTING,
  editorial: NO_EDITORIAL,
  suspects: NO_SUSPECTS,
  erasures: NO_ERASURES,
  packs: undefined,
};
const PLAY = { id: "e1", type: "play", item: "i1" };

afterEach(reset);

/** A queue that keeps what it is sent, or refuses it. */
function testQueue(refusal?: "refuses" | "is silent") {
  const sent: EventBatch[] = [];
  const queue = {
    sendBatch: (messages: Iterable<{ body: EventBatch }>) => {
      if (refusal === "refuses") return Promise.reject(new Error("queue is down"));
      if (refusal === "is silent") return new Promise(() => undefined);
      sent.push(...Array.from(messages, ({ body }) => body));
      return Promise.resolve();
    },
  } as unknown as Queue<EventBatch>;
  return { queue, sent };
}

function edgeWith(queue: Queue<EventBatch>, behaviour: OriginBehaviour = "down") {
  return testEdge(behaviour, { EVENTS: queue });
}

describe("POST /events", () => {
  test("answers 202 once the queue has the events, with whose they are and the visitor's signals", async () => {
    const { queue, sent } = testQueue();
    const response = await edgeWith(queue).post(
      "/events?user=u42&utm_source=newsletter&utm_medium=email",
      JSON.stringify({ events: [PLAY, { ...PLAY, id: "e2", user: "u43" }] }),
      { "content-type": "application/json; charset=utf-8", cookie: SOCIAL.cookie },
    );
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: 2, refused: [] });
    expect(sent.flatMap(({ events }) => events)).toMatchObject([
      { id: "e1", user: "u42", signals: { team: "ESP", entry: "email" } },
      { id: "e2", user: "u43" },
    ]);
  });

  test("of a client that goes away in the middle is counted, and nothing is logged", async () => {
    const { queue, sent } = testQueue();
    const edge = edgeWith(queue);
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"events":[')),
      pull: (controller) => controller.error(new Error("Network connection lost.")),
    });
    expect((await edge.post("/events?user=u42", body)).status).toBe(400);
    expect(await edge.health()).toMatchObject({
      failures: { "client-gone": 1, unexpected: 0 },
      lastFailures: {},
    });
    expect(sent).toEqual([]);
  });

  test("counts in the serving log for whoever the events are of, once each", async () => {
    const users: string[] = [];
    const response = await takeEvents(
      {
        sink: () => Promise.resolve(true),
        servingLog: {
          add: ({ user }) => users.push(user),
          totals: () => ({ calls: 0, lost: 0 }),
        },
        userTokens: undefined,
        newId: () => "new",
        hashUser: (user) => user,
        gatewayTokens: [],
        limits: () => Promise.resolve({ kind: "within", network: "", proofOf: () => "none" }),
        failures: { count: () => undefined },
        config: { crossSiteCookies: false },
        state: () => NOTHING_PUBLISHED,
        viewers: createViewers(() => ""),
        items: () => undefined,
      },
      new Request("https://edge.example/events?user=gateway", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify([
          { ...PLAY, user: "u1" },
          { ...PLAY, id: "e2", user: "u2" },
          { ...PLAY, id: "e3", user: "u1" },
        ]),
      }),
      { nowMs: Date.now(), waitUntil: () => undefined },
    );
    expect(response.status).toBe(202);
    expect(users).toEqual(["u1", "u2"]);
  });

  test("does not answer before the queue has them", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const queue = {
      sendBatch: () => {
        asked.resolve();
        return promise;
      },
    } as unknown as Queue<EventBatch>;
    let answered = false;
    const answer = edgeWith(queue)
      .post("/events?user=u42", JSON.stringify([PLAY]))
      .finally(() => (answered = true));
    await asked.promise;
    await new Promise((later) => setTimeout(later, 20));
    expect(answered).toBe(false);
    resolve();
    expect((await answer).status).toBe(202);
  });

  test("goes through the platform's own queue as well", async () => {
    const response = await testEdge("ok").post("/events?user=u42", JSON.stringify([PLAY]));
    expect(response.status).toBe(202);
  });

  test("takes a beacon's text/plain, and gives a newcomer the visitor's cookie", async () => {
    const { queue, sent } = testQueue();
    const edge = edgeWith(queue);
    const response = await edge.post("/events", JSON.stringify([PLAY]), {
      "content-type": "text/plain;charset=UTF-8",
    });
    expect(response.status).toBe(202);
    const [id = ""] = /(?<=^spillway_visitor=)[^;]+/.exec(response.headers.get("set-cookie") ?? "") ?? [];
    expect(sent[0]?.events[0]?.user).toBe(`v_${id}`);
    const again = await edge.post("/events", JSON.stringify([PLAY]), { cookie: `spillway_visitor=${id}` });
    expect(again.headers.has("set-cookie")).toBe(false);
    expect(sent[1]?.events[0]?.user).toBe(`v_${id}`);
  });

  test("takes the good events of a batch and names what is wrong with the others", async () => {
    const { queue, sent } = testQueue();
    const response = await edgeWith(queue).post(
      "/events?user=u42",
      JSON.stringify({ events: [PLAY, { id: "e2", type: "dance", item: "i1" }, 7] }),
    );
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      accepted: 1,
      refused: [{ index: 1, id: "e2", key: "type" }, { index: 2 }],
    });
    expect(sent.flatMap(({ events }) => events).map(({ id }) => id)).toEqual(["e1"]);
  });

  test.each([
    ["nothing of it is an event", JSON.stringify({ events: [{}] }), "application/json"],
    ["it is no batch", '"hello"', "application/json"],
    ["it is empty", "[]", "application/json"],
  ])("answers 400 with the issues when %s", async (_, body, type) => {
    const { queue, sent } = testQueue();
    const response = await edgeWith(queue).post("/events?user=u42", body, { "content-type": type });
    expect(response.status).toBe(400);
    const { errors } = await response.json<Problem>();
    expect(errors[0]?.reason).toBeTypeOf("string");
    expect(sent).toEqual([]);
  });

  test.each<[string, BodyInit, Record<string, string>, number, string]>([
    ["broken JSON", '{"events":', {}, 400, "body"],
    ["no body", "", {}, 400, "body"],
    ["bytes that are not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), {}, 400, "body"],
    [
      "another content type",
      "a=1",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "content-type",
    ],
    ["a compressed body", "x", { "content-encoding": "gzip" }, 415, "content-encoding"],
    ["too long a body", " ".repeat(MAX_EVENT_BODY_BYTES + 1), {}, 413, "body"],
  ])("refuses %s", async (_, body, headers, status, key) => {
    const response = await edgeWith(testQueue().queue).post("/events?user=u42", body, {
      "content-type": "text/plain",
      ...headers,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status, errors: [{ key }] });
  });

  test("stops reading a body that is too long, whatever Content-Length says", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(16_384).fill(32));
      },
    });
    const response = await edgeWith(testQueue().queue).post("/events?user=u42", endless);
    expect(response.status).toBe(413);
    expect(pulled).toBeLessThan(20);
  });

  test("refuses a user that is no id", async () => {
    const response = await edgeWith(testQueue().queue).post("/events?user=", JSON.stringify([PLAY]));
    expect(await response.json()).toMatchObject({ errors: [{ key: "user" }] });
  });

  test("goes straight to the origin when the queue refuses", async () => {
    const edge = edgeWith(testQueue("refuses").queue, "ok");
    const response = await edge.post("/events?user=u42", JSON.stringify([PLAY]));
    expect(response.status).toBe(202);
    const [request] = await edge.requests();
    expect(JSON.parse(request?.body ?? "{}")).toMatchObject({ events: [{ id: "e1", user: "u42" }] });
  });

  test.each<OriginBehaviour>(["down", "error", "unproven"])(
    "answers 503 with Retry-After when the queue refuses and the origin is %s",
    async (behaviour) => {
      const response = await edgeWith(testQueue("refuses").queue, behaviour).post(
        "/events?user=u42",
        JSON.stringify([PLAY]),
      );
      expect(response.status).toBe(503);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    },
  );

  test("goes on to the next queue when one refuses, whichever it begins with", async () => {
    const { queue, sent } = testQueue();
    const edge = testEdge("down", { EVENTS: testQueue("refuses").queue, EVENTS_2: queue });
    // Both beginnings, but for one run in a million.
    for (let at = 0; at < 20; at += 1) {
      const response = await edge.post("/events?user=u42", JSON.stringify([{ ...PLAY, id: `e${at}` }]));
      expect(response.status).toBe(202);
    }
    expect(sent).toHaveLength(20);
  });

  test("spreads events over all queues", async () => {
    const [one, other] = [testQueue(), testQueue()];
    const edge = testEdge("down", { EVENTS: one.queue, EVENTS_2: other.queue });
    for (let at = 0; at < 40; at += 1)
      await edge.post("/events?user=u42", JSON.stringify([{ ...PLAY, id: `e${at}` }]));
    expect(one.sent.length + other.sent.length).toBe(40);
    // Fewer than 4 of 40 by draw: once in ten million runs.
    expect(Math.min(one.sent.length, other.sent.length)).toBeGreaterThan(3);
  });

  test("does not wait for ever for a silent queue", async () => {
    const response = await edgeWith(testQueue("is silent").queue, "ok").post(
      "/events?user=u42",
      JSON.stringify([PLAY]),
    );
    expect(response.status).toBe(202);
  });
});
