import { Hono } from "hono";
import { beforeEach, describe, expect, test } from "vitest";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { ADMIN_TOKEN, testOperators } from "../../../test/test-operators.ts";
import { EDGE_TOKEN } from "../../../test/test-edge.ts";
import { requireTokenUnlessLoopback } from "../auth.ts";
import { requireOwnHost } from "../own-host.ts";
import { Attempts, BEARERS } from "./attempts.ts";
import { tokenRoutes } from "./tokens.ts";

const START_MS = Date.parse("2027-01-15T12:00:00Z");
const WRONG = "wrong-token-0123456789";
let nowMs: number;

beforeEach(() => {
  nowMs = START_MS;
});

function setUp() {
  const { operatorStore, around } = testOperators(openForTest(), () => nowMs);
  const app = around(tokenRoutes({ operatorStore, nowMs: () => nowMs }));
  return { operatorStore, call: callerOf(app) };
}

/** Calls as if over a connection from there. */
function callerOf(app: Hono, path = "/tokens", headers: Record<string, string> = {}) {
  return async (token: string, address = "192.0.2.1") =>
    app.request(
      path,
      { headers: { ...headers, authorization: `Bearer ${token}` } },
      { incoming: { socket: { remoteAddress: address } } },
    );
}

async function statuses(call: ReturnType<typeof callerOf>, count: number, address?: string) {
  const answers = [];
  for (let at = 0; at < count; at += 1) answers.push((await call(`${WRONG}${at}`, address)).status);
  return answers;
}

describe("wrong bearers", () => {
  test("are answered 429 with Retry-After after some, and so is ADMIN_TOKEN from there, until then", async () => {
    const { call } = setUp();
    expect(await statuses(call, 21)).toEqual([...Array.from({ length: 20 }, () => 401), 429]);
    const refused = await call(ADMIN_TOKEN);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining("try again in 3 s") });
    expect((await call(ADMIN_TOKEN, "192.0.2.2")).status).toBe(200);
    nowMs += 3000;
    expect((await call(ADMIN_TOKEN)).status).toBe(200);
    // A right one costs nothing.
    for (let at = 0; at < 50; at += 1) expect((await call(ADMIN_TOKEN)).status).toBe(200);
  });

  test("lock nobody out who has a token that we have made", async () => {
    const { call, operatorStore } = setUp();
    const made = await operatorStore.tokens.create({
      name: "ada",
      role: "viewer",
      by: "admin",
      nowMs,
      expiresMs: undefined,
    });
    if (made.kind !== "created") throw new Error("the name is taken");
    await statuses(call, 30);
    // It is known, and a viewer lists no tokens.
    expect((await call(made.secret)).status).toBe(403);
  });

  test("are counted once each: a program with an old token locks out nobody at its address", async () => {
    const { call } = setUp();
    for (let at = 0; at < 100; at += 1) expect((await call("an-old-token-0123456789")).status).toBe(401);
    expect((await call(ADMIN_TOKEN)).status).toBe(200);
    // It is one of the twenty.
    expect((await statuses(call, 20)).indexOf(429)).toBe(19);
    expect((await call(ADMIN_TOKEN)).status).toBe(429);
  });

  test("that come by turns are guesses again: so many are remembered, and no more", async () => {
    const { call } = setUp();
    await statuses(call, 17);
    expect((await statuses(call, 17)).indexOf(429)).toBe(3);
  });

  test("from many addresses lock out no address that ADMIN_TOKEN has come from", async () => {
    const { call } = setUp();
    await call(ADMIN_TOKEN, "192.0.2.9");
    for (let at = 0; at < 11; at += 1) await statuses(call, 20, `198.51.100.${at}`);
    expect((await call(ADMIN_TOKEN, "203.0.113.1")).status).toBe(429);
    expect((await call(ADMIN_TOKEN, "192.0.2.9")).status).toBe(200);
  });

  test("count on every route of an origin beyond loopback, where the edge's token is never one of them", async () => {
    const { around } = testOperators(openForTest(), () => nowMs);
    const guard = requireTokenUnlessLoopback({ host: "0.0.0.0", edgeTokens: [EDGE_TOKEN] });
    const page = new Hono().use(guard).get("/recommendations", (c) => c.text("a page"));
    const call = callerOf(around(page), "/recommendations");
    expect((await statuses(call, 25)).filter((status) => status === 429)).toHaveLength(5);
    expect((await call(ADMIN_TOKEN)).status).toBe(429);
    expect((await call(EDGE_TOKEN)).status).toBe(200);
  });

  test("count under a name that is none of the origin's, where a right one is answered", async () => {
    const { around } = testOperators(openForTest(), () => nowMs);
    const guard = { host: "127.0.0.1", allowedHosts: [], allowedOrigins: [], edgeTokens: [EDGE_TOKEN] };
    const page = new Hono().use(requireOwnHost(guard)).get("/recommendations", (c) => c.text("a page"));
    const call = callerOf(around(page), "http://evil.example/recommendations", { host: "evil.example" });
    expect((await call(ADMIN_TOKEN)).status).toBe(200);
    expect((await statuses(call, 21)).slice(-2)).toEqual([421, 429]);
    expect((await call(ADMIN_TOKEN)).status).toBe(429);
  });
});

test("attempts are remembered of so many addresses at most", () => {
  const attempts = new Attempts(BEARERS);
  const all = 12_000;
  for (let at = 0; at < all; at += 1) {
    // Slow enough for the bound on all of them.
    nowMs += 1000;
    attempts.take(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, nowMs);
  }
  expect(attempts.addresses).toBe(10_000);
});
