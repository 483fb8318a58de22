import { Hono } from "hono";
import { expect, test } from "vitest";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { smallOrigin, NOW_MS } from "../../test/small-origin.ts";
import { createMetrics } from "../monitoring/metrics.ts";
import { createIsolateVersions } from "../rollout/isolate-versions.ts";
import { createRoutingGate } from "../serving/gate/routing-gate.ts";
import { timeRequests } from "./metrics.ts";
import { requireOwnHost } from "./own-host.ts";
import { plainPages } from "./page-before-hono.ts";
import { recommendationsRoute } from "./recommendations.ts";

const GUARD = {
  host: "127.0.0.1",
  allowedHosts: ["origin.example"],
  allowedOrigins: [],
  adminToken: "admin-token-0123456789",
  edgeTokens: ["edge-token-0123456789"],
};

function setUp(host = GUARD.host) {
  const origin = smallOrigin();
  origin.played("u", [{ item: "drama-3" }, { item: "drama-4" }]);
  const metrics = createMetrics();
  const bands = [{ name: "all day", from: "00:00", threshold_per_s: 1000 }];
  const deps = {
    config: { ...GUARD, host },
    recommender: origin.recommender,
    metrics,
    gate: createRoutingGate(
      {
        version: 1,
        routing: { time_zone: "UTC", mode: "auto", deadline_ms: 250, bands, rules: [] },
      },
      { draw: () => 0.5, maxInFlight: 10, instances: 1, wallMs: () => NOW_MS, monotonicMs: () => 0 },
    ),
    isolateVersions: createIsolateVersions(),
    nowMs: () => NOW_MS,
    contentNowMs: () => NOW_MS,
    hashUser: createUserHash("key"),
    tailoring: () => deps.gate.routing().tailoring,
  };
  const hono = new Hono()
    .use(timeRequests(metrics))
    .use(requireOwnHost(deps.config))
    .route("/", recommendationsRoute(deps));
  return { ...origin, metrics, hono, plain: plainPages(deps) };
}

async function told(response: Response | undefined) {
  const fields = Object.fromEntries(response?.headers ?? []);
  return {
    status: response?.status,
    fields: { ...fields, "server-timing": "" },
    text: await response?.text(),
  };
}

function request(target: string, headers: Record<string, string> = {}, method = "GET"): Request {
  return new Request(`http://127.0.0.1:8788${target}`, {
    method,
    headers: { host: "127.0.0.1:8788", ...headers },
  });
}

test.each<[string, string, Record<string, string>]>([
  ["an individual page", "?user=u&context=homepage", {}],
  ["with the viewer's cookie", "?user=u&context=homepage", { cookie: "spillway_consent=1" }],
  ["of an escaped user", "?user=%C3%BC&context=movies", {}],
  ["a stored page", "?cluster=esp&context=homepage", {}],
  ["a refusal", "?context=homepage", {}],
  ["an unknown context", "?user=u&context=nowhere", {}],
  ["without parameters", "", {}],
  ["a search", "?user=u&context=search&q=drama", {}],
  ["under another own name", "?user=u", { host: "origin.example" }],
])("%s is the same as Hono's, and counted as it is", async (_, query, headers) => {
  const { hono, plain, metrics } = setUp();
  const before = await told(await hono.request(request(`/recommendations${query}`, headers)));
  const own = await told(plain(request(`/recommendations${query}`, headers)));
  expect(own).toEqual(before);
  expect(own.status).toBeDefined();
  const text = await metrics.registry.metrics();
  expect(text).toContain(`_count{route="/recommendations",method="GET",status="${own.status}"} 2`);
});

test("what has not changed is answered with 304", async () => {
  const { plain } = setUp();
  const etag = plain(request("/recommendations?user=u"))?.headers.get("etag") ?? "";
  const again = await told(plain(request("/recommendations?user=u", { "if-none-match": etag })));
  expect(again).toMatchObject({ status: 304, text: "" });
});

test.each<[string, Request]>([
  ["another method", request("/recommendations?user=u", {}, "HEAD")],
  ["another path", request("/recommendations/compare?user=u")],
  ["a path that begins alike", request("/recommendationsx?user=u")],
  ["a token, right or wrong", request("/recommendations?user=u", { authorization: "Bearer x" })],
  ["a signature", request("/recommendations?user=u", { "signature-input": "edge=()" })],
  ["a foreign host", request("/recommendations?user=u", { host: "evil.example" })],
])("%s is left to Hono", (_, asked) => {
  expect(setUp().plain(asked)).toBeUndefined();
});

test("an origin that listens beyond loopback leaves everything to Hono, which asks for a token", () => {
  expect(setUp("0.0.0.0").plain(request("/recommendations?user=u"))).toBeUndefined();
});

test("what fails is left to Hono, where errors are told", () => {
  const { plain, database } = setUp();
  database.close();
  expect(plain(request("/recommendations?user=u"))).toBeUndefined();
});
