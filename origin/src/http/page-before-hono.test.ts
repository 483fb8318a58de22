import { Hono } from "hono";
import { expect, test } from "vitest";
import { matchesDigest } from "@spillway/shared/protocol/signatures/content-digest.ts";
import { createEdgeAuth } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { smallOrigin, NOW_MS } from "../../test/small-origin.ts";
import { EDGE_TOKEN, INSTANCE, signatureDeps, signedHeaders } from "../../test/test-edge.ts";
import { createMetrics } from "../monitoring/metrics.ts";
import { createIsolateVersions } from "../rollout/isolate-versions.ts";
import { createRoutingGate } from "../serving/gate/routing-gate.ts";
import { readEdgeSignature } from "./edge-signature.ts";
import { timeRequests } from "./metrics.ts";
import { requireOwnHost } from "./own-host.ts";
import { pagesBeforeHono } from "./page-before-hono.ts";
import { recommendationsRoute } from "./recommendations.ts";
import { tellAborted } from "./tell-aborted.ts";

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
    contentNowMs: () => NOW_MS,
    hashUser: createUserHash("key"),
    tailoring: () => deps.gate.routing().tailoring,
    rollouts: { abortedId: () => "r13" },
    ...signatureDeps(() => NOW_MS),
  };
  const hono = new Hono()
    .use(timeRequests(metrics))
    .use(readEdgeSignature(deps))
    .use(tellAborted(deps.rollouts))
    .use(requireOwnHost(deps.config))
    .route("/", recommendationsRoute(deps));
  return { ...origin, metrics, hono, plain: pagesBeforeHono(deps) };
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

async function signed(target: string, headers: Record<string, string> = {}): Promise<Request> {
  return request(target, { ...(await signedHeaders(NOW_MS, target, { headers })).headers });
}

const UNSIGNED = { "content-digest": "", "signature-input": "", signature: "" };

test.each<[string, string, Record<string, string>]>([
  ["an individual page", "?user=u&context=homepage", { "spillway-demand": "i=7;w=100;d=2" }],
  ["with signals", "?user=u&context=movies", { "spillway-signals": '{"team":"ESP"}' }],
  ["a page under a condition", "?user=u", { "if-none-match": '"other"' }],
  ["a refusal", "?context=homepage", {}],
])("our edge's request for %s is answered as Hono answers it, and proven", async (_, query, headers) => {
  const { hono, plain, metrics } = setUp();
  const target = `/recommendations${query}`;
  const before = await told(await hono.request(await signed(target, headers)));
  const asked = await signed(target, headers);
  const own = await told(plain(asked));
  // Each request has a nonce of its own, which the proof covers.
  expect({ ...own, fields: { ...own.fields, ...UNSIGNED } }).toEqual({
    ...before,
    fields: { ...before.fields, ...UNSIGNED },
  });
  expect(own.fields).toMatchObject({ "spillway-rollout": "r13;aborted" });
  const text = await metrics.registry.metrics();
  expect(text).toContain(`_count{route="/recommendations",method="GET",status="${own.status}"} 2`);
});

test("the proof is one that our edge accepts", async () => {
  const target = "/recommendations?user=u";
  const sent = await signedHeaders(NOW_MS, target);
  const response = setUp().plain(request(target, { ...sent.headers }));
  const reply = await createEdgeAuth(EDGE_TOKEN).verifyReply(sent, {
    status: 200,
    header: (name) => response?.headers.get(name),
  });
  const bytes = new Uint8Array((await response?.arrayBuffer()) ?? []);
  expect(await matchesDigest(reply?.digest, bytes)).toBe(true);
  expect(reply?.headers.get("spillway-served")).toContain("individual");
});

test("a signature is used once, whichever way it is answered", async () => {
  const { hono, plain } = setUp();
  const target = "/recommendations?user=u";
  const [first, second] = [await signed(target), await signed(target)];
  expect(plain(first.clone())?.status).toBe(200);
  expect(plain(first.clone())).toBeUndefined();
  // Whole, so that a failure also says what was answered in its place.
  expect(await told(await hono.request(first))).toMatchObject({ status: 401 });
  expect(await told(await hono.request(second.clone()))).toMatchObject({ status: 200 });
  expect(plain(second)).toBeUndefined();
});

test.each<[string, { readonly token?: string; readonly signedMs?: number; readonly body?: string }, string?]>(
  [
    ["of another key", { token: "another-token-0123456789" }],
    ["of another time", { signedMs: NOW_MS - 60_000 }],
    ["of a body that did not come", { body: "{}" }],
    ["for another process", {}, "another-instance"],
  ],
)("a signature %s is left to Hono, which refuses it", async (_, call, instance = INSTANCE) => {
  const { hono, plain } = setUp();
  const target = "/recommendations?user=u";
  const { headers } = await signedHeaders(NOW_MS, target, {
    ...call,
    headers: { "spillway-instance": instance },
  });
  const asked = request(target, { ...headers });
  expect(plain(asked)).toBeUndefined();
  expect((await hono.request(asked)).status).toBe(401);
});

test("a signed request that fails is Hono's to answer: its signature has not been used", async () => {
  const { hono, plain, database } = setUp();
  database.close();
  const asked = await signed("/recommendations?user=u");
  expect(plain(asked)).toBeUndefined();
  expect((await hono.request(asked)).status).toBe(500);
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

test("an origin that listens beyond loopback answers our edge, and leaves all others to Hono", async () => {
  const { plain } = setUp("0.0.0.0");
  expect(plain(request("/recommendations?user=u"))).toBeUndefined();
  expect(plain(await signed("/recommendations?user=u"))?.status).toBe(200);
});

test("what fails is left to Hono, where errors are told", () => {
  const { plain, database } = setUp();
  database.close();
  expect(plain(request("/recommendations?user=u"))).toBeUndefined();
});
