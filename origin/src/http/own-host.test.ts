import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { behindSignature, signedHeaders } from "../../test/test-edge.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { ADMIN_TOKEN, testOperators } from "../../test/test-operators.ts";
import { requireOwnHost } from "./own-host.ts";

const GUARD = {
  host: "127.0.0.1",
  allowedHosts: ["origin.tv.example"],
  allowedOrigins: ["https://app.tv.example"],
  edgeTokens: ["edge-token-0123456789"],
};
const NOW_MS = 1_800_000_000_000;
const ROUTES = ["/recommendations?user=u1", "/metrics", "/routing", "/openapi.json", "/nowhere", "/"];

function ask(
  path: string,
  headers: Record<string, string>,
  method = "GET",
  guard = GUARD,
): Promise<Response> {
  const routes = new Hono().use(requireOwnHost(guard)).all("*", (c) => c.text("taken"));
  const app = testOperators(openForTest(), () => NOW_MS).around(routes);
  return Promise.resolve(app.request(path, { method, headers }));
}

describe("a loopback origin", () => {
  test.each([
    "localhost:8788",
    "localhost",
    "LOCALHOST:1",
    "localhost.",
    "127.0.0.1:8788",
    "127.1.2.3",
    "[::1]:8788",
    "origin.tv.example",
    "Origin.TV.example:443",
  ])("answers to %s", async (host) => {
    for (const route of [...ROUTES, "/health"])
      expect(await (await ask(route, { host })).text()).toBe("taken");
  });

  test.each([
    "evil.example:8788",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil-localhost",
    "evil.localhost",
    "origin.tv.example.evil.example",
    "0.0.0.0:8788",
    "10.0.0.1",
    "[::]:8788",
    "[::ffff:127.0.0.1]:8788",
    "localhost@evil.example",
    "evil.example#localhost",
    "evil.example/localhost",
    "localhost:x",
    "",
    " ",
    "[::1",
    "127.0.0.1:8788, evil.example",
    "2130706433",
    "0x7f.1",
    "localhost\\evil.example",
  ])("does not answer to %j on any route, and tells it only that it is there", async (host) => {
    for (const route of ROUTES) {
      const response = await ask(route, { host });
      expect([route, response.status]).toEqual([route, 421]);
      expect(await response.json()).toMatchObject({
        type: "/problems/misdirected-request",
        errors: [{ key: "host", reason: expect.stringContaining("ALLOWED_HOSTS") }],
      });
    }
    expect((await ask("/events", { host }, "POST")).status).toBe(421);
    expect((await ask("/health", { host }, "POST")).status).toBe(421);
    const health = await ask("/health", { host });
    expect([health.status, await health.json()]).toEqual([200, { ok: true }]);
  });

  test("answers under any name to who has a token, and to what our edge has signed", async () => {
    const host = "origin.behind.tunnel.example";
    for (const token of [ADMIN_TOKEN, ...GUARD.edgeTokens]) {
      expect((await ask("/routing", { host, authorization: `Bearer ${token}` })).status).toBe(200);
    }
    expect((await ask("/routing", { host, authorization: "Bearer forged" })).status).toBe(421);
    const target = "/recommendations?user=u1";
    const routes = new Hono().use(requireOwnHost(GUARD)).all("*", (c) => c.text("taken"));
    const signed = behindSignature(routes, () => NOW_MS);
    const { headers } = await signedHeaders(NOW_MS, target);
    expect((await signed.request(target, { headers: { ...headers, host } })).status).toBe(200);
    // A page in a browser can send any text as a signature.
    const forged = { host, "signature-input": 'edge=();tag="spillway-edge"', signature: "edge=:AA==:" };
    for (const path of ROUTES) expect((await signed.request(path, { headers: forged })).status).toBe(401);
  });

  test("takes no post of another site's page, whatever its type", async () => {
    const host = "localhost:8788";
    const post = async (headers: Record<string, string>, method = "POST") =>
      (await ask("/events", { host, "content-type": "text/plain", ...headers }, method)).status;
    for (const origin of [
      "https://evil.example",
      "null",
      "http://localhost:3000",
      "http://evil.example:8788",
    ]) {
      expect([origin, await post({ origin })]).toEqual([origin, 403]);
      expect(await post({ origin }, "DELETE")).toBe(403);
      expect(await post({ origin }, "GET")).toBe(200);
    }
    expect(await post({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await post({ origin: "http://localhost:8788" })).toBe(200);
    expect(await post({ origin: "https://app.tv.example" })).toBe(200);
    expect(await post({})).toBe(200);
    expect(await post({ origin: "https://tv.example", authorization: `Bearer ${GUARD.edgeTokens[0]}` })).toBe(
      200,
    );
  });
});

test("an origin that listens elsewhere asks for tokens, and so not for names", async () => {
  const host = "origin.other.example";
  expect((await ask("/metrics", { host }, "GET", { ...GUARD, host: "0.0.0.0" })).status).toBe(200);
});
