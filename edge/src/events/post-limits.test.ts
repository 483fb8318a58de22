import type { Problem } from "@spillway/shared/protocol/problem.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { env } from "cloudflare:workers";
import { describe, expect, inject, test } from "vitest";
import type { EventBatch, StoredEvent } from "@spillway/shared/protocol/events.ts";
import { testEdge } from "../../test/worker/test-edge.ts";
import { createVisitorIds } from "../identity/visitor-ids.ts";
import type { RateLimited } from "../rate-limited.ts";
import { createPostLimits, MAX_UNPROVEN_USERS } from "./post-limits.ts";

/** As the scripted origin's token makes the edge's ids. */
const ids = createVisitorIds(createUserHash(inject("origin").token));
/** One subscriber line for each test, since the limits of the platform outlive a test. */
let lines = 0;
const newLine = (): string => `203.0.113.${(lines += 1)}`;

/**
 * An edge with the platform's own limiters, as `wrangler.toml` sets them, and a queue that keeps what it
 * gets.
 */
function limitedEdge(address: string) {
  const stored: StoredEvent[] = [];
  const queue = {
    sendBatch: (messages: Iterable<{ body: EventBatch }>) => {
      for (const { body } of messages) stored.push(...body.events);
      return Promise.resolve();
    },
  } as unknown as Queue<EventBatch>;
  const edge = testEdge("down", {
    EVENTS: queue,
    NEW_ID_LIMIT: env.NEW_ID_LIMIT as RateLimit,
    VISITOR_LIMIT: env.VISITOR_LIMIT as RateLimit,
  });
  const post = (events: readonly object[], headers: Record<string, string> = {}, query = "") =>
    edge.post(`/events${query}`, JSON.stringify({ events }), {
      "content-type": "text/plain",
      "cf-connecting-ip": address,
      ...headers,
    });
  return { ...edge, stored, post };
}

/** Counts as the platform does, in one period that does not end. */
function limitInMemory(limit: number): RateLimited {
  const counts = new Map<string, number>();
  return (key, units = 1) => {
    const before = counts.get(key) ?? 0;
    if (before < limit) counts.set(key, before + units);
    return Promise.resolve(before < limit);
  };
}

let events = 0;
const playOf = (user?: string) => ({ id: `e${(events += 1)}`, type: "play", item: "i1", user });

const fullBatch = () => Array.from({ length: 500 }, () => playOf());

const cookieOf = (id: string) => ({ cookie: `spillway_visitor=${id}` });

/** Posts one after the other; the rest are not sent once the first was refused. */
async function untilRefused(most: number, post: (at: number) => Promise<Response>) {
  for (let at = 0; at < most; at += 1) {
    const response = await post(at);
    if (response.status !== 202) return { accepted: at, response };
  }
  return { accepted: most, response: undefined };
}

describe("a client that invents ids", () => {
  test.each<[string, (edge: ReturnType<typeof limitedEdge>, at: number) => Promise<Response>]>([
    ["as the user of the address", ({ post }, at) => post([playOf()], {}, `?user=u${at}`)],
    ["as the user of the event", ({ post }, at) => post([playOf(`u${at}`)])],
    ["as visitor cookies", ({ post }) => post([playOf()], cookieOf(crypto.randomUUID()))],
    ["as visitor ids in the event", ({ post }) => post([playOf(`v_${crypto.randomUUID()}`)])],
    ["as issued ids that are not in its cookie", ({ post }) => post([playOf(`v_${ids.issue()}`)])],
    [
      "beside a cookie that the edge issued",
      ({ post }, at) => post([playOf(`u${at}`)], cookieOf(ids.issue())),
    ],
    ["by sending none, so that each post would make a visitor", ({ post }) => post([playOf()])],
  ])("is told 429 and when to come again: %s", async (_, invent) => {
    const edge = limitedEdge(newLine());
    const { accepted, response } = await untilRefused(500, (at) => invent(edge, at));
    // 50 in each ten seconds, and the posts may come around the turn of one.
    expect(accepted).toBeGreaterThanOrEqual(50);
    expect(accepted).toBeLessThanOrEqual(150);
    expect(response?.status).toBe(429);
    expect(response?.headers.get("retry-after")).toBe("10");
    expect(response?.headers.get("content-type")).toBe("application/problem+json");
    const problem = (await response?.json()) as Problem;
    expect(problem).toMatchObject({ type: "/problems/too-many-requests", status: 429 });
    expect(edge.stored).toHaveLength(accepted);
    expect(await edge.health()).toMatchObject({ failures: { "events-limited": 1 } });
  });

  test("cannot name many at once", async () => {
    const edge = limitedEdge(newLine());
    const users = Array.from({ length: MAX_UNPROVEN_USERS + 1 }, (_, at) => `u${at}`);
    const refused = await edge.post(users.map(playOf));
    expect(refused.status).toBe(429);
    expect(edge.stored).toEqual([]);
    expect((await edge.post(users.slice(1).map(playOf))).status).toBe(202);
  });

  test("cannot fill the store with few of them either", async () => {
    const address = newLine();
    const [edge, otherLine] = [limitedEdge(address), limitedEdge(newLine())];
    const batchOf = (user: string) => Array.from({ length: 500 }, () => playOf(user));
    const { response } = await untilRefused(120, (at) => edge.post(batchOf(`few${at % 40}`)));
    expect(await response?.json()).toMatchObject({ status: 429, errors: [{ key: "events" }] });
    // 10,000 in each ten seconds and one batch more, and the posts may come around the turn of one.
    expect(edge.stored.length).toBeGreaterThanOrEqual(8000);
    expect(edge.stored.length).toBeLessThanOrEqual(26_000);
    expect((await edge.post([playOf()], cookieOf(ids.issue()))).status).toBe(202);
    expect((await otherLine.post(batchOf("few0"))).status).toBe(202);
  });

  test("costs the viewers of its own line nothing", async () => {
    const edge = limitedEdge(newLine());
    await untilRefused(500, (at) => edge.post([playOf(`u${at}`)]));
    expect((await edge.post([playOf("u0")])).status).toBe(202);
    expect((await edge.post([playOf()], cookieOf(ids.issue()))).status).toBe(202);
  });
});

describe("viewers", () => {
  test("behind one address, with cookies that the edge issued, lose nothing", async () => {
    const edge = limitedEdge(newLine());
    const statuses: number[] = [];
    const viewer = async () => {
      statuses.push((await edge.post([playOf()], cookieOf(ids.issue()))).status);
    };
    for (let block = 0; block < 20; block += 1) await Promise.all(Array.from({ length: 100 }, viewer));
    expect(statuses.filter((status) => status !== 202)).toEqual([]);
    expect(new Set(edge.stored.map(({ user }) => user)).size).toBe(2000);
  });

  test("50,000 behind one address are all within the limits, and one inventor there is not", async () => {
    const limits = createPostLimits({
      newIds: limitInMemory(50),
      visitors: limitInMemory(40),
      ids,
      hash: createUserHash(inject("origin").token),
      draw: Math.random,
    });
    const address = newLine();
    const verdicts = new Map<string, number>();
    for (let viewer = 0; viewer < 50_000; viewer += 1) {
      const cookie = `v_${ids.issue()}`;
      const { kind } = await limits({ cookie, events: [{ user: cookie }], address });
      const other = await limits({ cookie: undefined, events: [{ user: `u${viewer}` }], address });
      for (const verdict of [kind, `invented ${other.kind}`])
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    expect(Object.fromEntries(verdicts)).toEqual({
      within: 50_000,
      "invented within": 50,
      "invented over": 49_950,
    });
  });

  test("one visitor is limited too, and the others on the line are not", async () => {
    const edge = limitedEdge(newLine());
    const cookie = cookieOf(ids.issue());
    const { accepted, response } = await untilRefused(500, () => edge.post([playOf()], cookie));
    expect(accepted).toBeGreaterThanOrEqual(40);
    expect(response?.status).toBe(429);
    expect((await edge.post([playOf()], cookieOf(ids.issue()))).status).toBe(202);
  });

  test("full batches count for what is in them", async () => {
    const edge = limitedEdge(newLine());
    const cookie = cookieOf(ids.issue());
    const { accepted } = await untilRefused(50, () => edge.post(fullBatch(), cookie));
    expect(accepted).toBeGreaterThanOrEqual(4);
    expect(accepted).toBeLessThanOrEqual(12);
  });

  test("a television without cookies is new once, and not at each post", async () => {
    const edge = limitedEdge(newLine());
    for (let post = 0; post < 3; post += 1) {
      const televisions = Array.from({ length: 40 }, (_, at) => edge.post([playOf(`tv${at}`)]));
      const answers = await Promise.all(televisions);
      expect(answers.every(({ status }) => status === 202)).toBe(true);
    }
  });
});

test("a gateway with the token names as many users as it likes, and vouches for them", async () => {
  const edge = limitedEdge(newLine());
  const users = Array.from({ length: 500 }, (_, at) => `u${at}`);
  const gateway = { authorization: `Bearer ${inject("origin").token}` };
  for (let post = 0; post < 50; post += 1)
    expect((await edge.post(users.map(playOf), gateway)).status).toBe(202);
  expect(new Set(edge.stored.map(({ proof, network }) => `${proof} ${network}`))).toEqual(
    new Set(["undefined undefined"]),
  );
  const stranger = { authorization: "Bearer some-other-token-0123" };
  expect((await edge.post(users.map(playOf), stranger)).status).toBe(429);
});

test("an event tells what speaks for its user, and the network by a keyed hash alone", async () => {
  const edge = limitedEdge("203.0.113.250");
  const id = ids.issue();
  await edge.post([playOf(), playOf("u42")], cookieOf(id));
  const network = edge.stored[0]?.network;
  expect(edge.stored).toMatchObject([
    { user: `v_${id}`, proof: "cookie", network: expect.stringMatching(/^[0-9a-f]{16}$/) },
    { user: "u42", proof: "none", network },
  ]);
  const neighbour = limitedEdge("203.0.113.251");
  await neighbour.post([playOf("u43")]);
  const stranger = limitedEdge("203.0.114.250");
  await stranger.post([playOf("u44")]);
  expect(neighbour.stored[0]?.network).toBe(network);
  expect(stranger.stored[0]?.network).not.toBe(network);
  expect(JSON.stringify([edge.stored, stranger.stored])).not.toContain("203.0");
});

test("without the bindings there is no limit, and a broken limiter costs nobody anything", async () => {
  const broken = { limit: () => Promise.reject(new Error("no limiter today")) };
  for (const limits of [{}, { NEW_ID_LIMIT: broken, VISITOR_LIMIT: broken }]) {
    const edge = testEdge("ok", limits);
    const posted = Array.from({ length: 60 }, (_, at) =>
      edge.post("/events", JSON.stringify([playOf(`u${at}`)])),
    );
    expect((await Promise.all(posted)).every(({ status }) => status === 202)).toBe(true);
  }
});
