import { reset } from "cloudflare:test";
import { SignJWT } from "jose";
import { afterEach, expect, test } from "vitest";
import type { EventBatch } from "@spillway/shared/protocol/events.ts";
import { testEdge, type OriginBehaviour } from "../../test/worker/test-edge.ts";

const SECRET = "a-secret-of-thirty-two-characters";
const VISITOR = "0a1b2c3d-0000-4000-8000-0123456789ab";
const HOME = "/recommendations?user=u1&context=homepage";

afterEach(reset);

function token(user: string, expiresInS = 600): Promise<string> {
  return new SignJWT({ sub: user, exp: Date.now() / 1000 + expiresInS })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(SECRET));
}

function setUp(keys = SECRET, behaviour: OriginBehaviour = "ok") {
  const sent: EventBatch[] = [];
  const queue = {
    sendBatch: (messages: Iterable<{ body: EventBatch }>) => {
      sent.push(...Array.from(messages, ({ body }) => body));
      return Promise.resolve();
    },
  } as unknown as Queue<EventBatch>;
  const edge = testEdge(behaviour, { EVENTS: queue, USER_TOKEN_KEYS: keys });
  return {
    ...edge,
    askedFor: async () =>
      (await edge.requests()).map(({ url }) => new URL(url, "http://origin").searchParams.get("user")),
    owners: () => sent.flatMap(({ events }) => events.map(({ user }) => user)),
  };
}

test("the token's user gets the page, whatever the address says", async () => {
  const { get, askedFor } = setUp();
  const bearer = { authorization: `Bearer ${await token("u42")}` };
  for (const path of [HOME, "/recommendations", `/recommendations?user=${"x".repeat(10_000)}`]) {
    const response = await get(path, bearer);
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie().join()).not.toContain("spillway_visitor");
  }
  await get(HOME, { cookie: `spillway_visitor=${VISITOR}; spillway_user=${await token("u43")}` });
  expect(await askedFor()).toEqual(["u42", "u42", "u42", "u43"]);
});

test("without a token that holds everybody is a visitor, and gets a page all the same", async () => {
  const { get, askedFor } = setUp();
  const cookie = `spillway_visitor=${VISITOR}`;
  for (const authorization of [`Bearer ${await token("u42", -60)}`, "Bearer forged", ""]) {
    expect((await get(HOME, { cookie, authorization })).status).toBe(200);
  }
  expect(await askedFor()).toEqual(Array.from({ length: 3 }, () => `v_${VISITOR}`));
  const newcomer = await get(HOME);
  expect(newcomer.headers.getSetCookie().join()).toContain("spillway_visitor=");
});

test("events are the token's user's or the visitor's, whatever they and the address say", async () => {
  const { post, owners } = setUp();
  const body = JSON.stringify([{ id: "e1", type: "play", item: "i1", user: "u1" }]);
  const proven = await post("/events?user=u1", body, { authorization: `Bearer ${await token("u42")}` });
  expect([proven.status, proven.headers.has("set-cookie")]).toEqual([202, false]);
  const cookie = `spillway_visitor=${VISITOR}; spillway_user=forged`;
  expect((await post("/events?user=u1", body, { cookie })).status).toBe(202);
  expect(owners()).toEqual(["u42", `v_${VISITOR}`]);
});

test("broken keys cost nobody the page, are named in /health, and believe no user", async () => {
  const { get, health, askedFor } = setUp("too-short");
  const response = await get(HOME, { cookie: `spillway_visitor=${VISITOR}` });
  expect(response.status).toBe(200);
  expect(await askedFor()).toEqual([`v_${VISITOR}`]);
  expect(await health()).toMatchObject({
    status: "degraded",
    problems: [{ key: "USER_TOKEN_KEYS" }, { key: "cluster-index" }],
    users: { believed: "signed tokens", keys: 0, remembered: 0 },
  });
});

test("/health counts tokens that were refused, and tells nothing of them", async () => {
  const { get, health } = setUp();
  await get(HOME, { authorization: `Bearer ${await token("u42")}` });
  await get(HOME, { authorization: `Bearer ${await token("somebody-else", -60)}` });
  await get(HOME, { authorization: "Bearer forged" });
  const report = await health();
  expect(report).toMatchObject({
    users: { believed: "signed tokens", keys: 1, remembered: 1 },
    failures: { "user-token-expired": 1, "user-token-invalid": 1 },
    lastFailures: {},
  });
  expect(JSON.stringify(report)).not.toMatch(/u42|somebody-else|forged|thirty-two/);
});
