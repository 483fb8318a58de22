import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { putIndex, putPage, putRouting, SOCIAL, testEdge } from "../../test/worker/test-edge.ts";
import { EDGE_METRICS } from "./edge-metric-names.ts";

afterEach(reset);

type Edge = ReturnType<typeof testEdge>;

async function scrape(edge: Edge): Promise<string> {
  const response = await edge.get("/metrics", { authorization: `Bearer ${edge.bindings.EDGE_TOKEN}` });
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(response.status).toBe(200);
  return response.text();
}

/** Without the isolate, which differs from run to run. */
async function samplesOf(edge: Edge): Promise<Map<string, number>> {
  const lines = (await scrape(edge)).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name = "", isolate, labels = "", value] =
        /^spillway_edge_([a-z_]+)\{isolate="(i[0-9a-f-]{36})",?([^}]*)\} (\S+)$/.exec(line) ?? [];
      expect([line, isolate]).toEqual([line, expect.any(String)]);
      return [`${name}{${labels}}`, value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value)];
    }),
  );
}

async function publish(): Promise<void> {
  await putIndex();
  await putRouting({});
  for (const id of ["generic", "esp.social"]) await putPage(id, "homepage");
}

test("counts what this isolate serves, by rung and reason, forwards and failures", async () => {
  await publish();
  const edge = testEdge("ok");
  const before = await samplesOf(edge);
  expect([...before.keys()].filter((name) => name.startsWith("served_total"))).toEqual([]);
  await edge.get("/recommendations?user=u1");
  await edge.get("/recommendations?user=u2", {}, "HEAD");
  const after = await samplesOf(edge);
  expect(after.get('served_total{served="individual",reason="admitted"}')).toBe(2);
  expect(after.get('forwards_total{outcome="answered"}')).toBe(2);
  expect(after.get("routing_version{}")).toBe(before.get("routing_version{}"));
  expect(after.get("kv_reads_total{}")).toBeGreaterThan(0);
  expect(after.get("origin_down{}")).toBe(0);
  expect(after.get('memory_bytes{part="others"}')).toBeGreaterThan(0);
  expect(Math.abs((after.get("started_timestamp_seconds{}") ?? 0) - Date.now() / 1000)).toBeLessThan(600);
});

test("a request that the origin does not answer is a failed forward, and its page counts by its reason", async () => {
  await publish();
  const edge = testEdge("down");
  await edge.get("/recommendations?user=u1", SOCIAL);
  const seen = await samplesOf(edge);
  expect(seen.get('served_total{served="cluster",reason="origin-unreachable"}')).toBe(1);
  expect(seen.get('forwards_total{outcome="failed"}')).toBe(1);
  expect(seen.get('failures_total{failure="origin-unreachable"}')).toBe(1);
  expect(seen.get('failures_total{failure="kv-read"}')).toBe(0);
  expect(seen.get("index_generation{}")).toBeGreaterThan(0);
});

test("a page that is read from KV is one read, and one from memory is none", async () => {
  await publish();
  // On a busy machine more than the tests' usual cycle passes between two requests.
  const edge = testEdge("down", { READ_CYCLE_MS: "60000" });
  await edge.get("/recommendations?user=u1", SOCIAL);
  const one = (await samplesOf(edge)).get("kv_reads_total{}");
  await edge.get("/recommendations?user=u1", SOCIAL);
  expect((await samplesOf(edge)).get("kv_reads_total{}")).toBe(one);
});

test("every metric says what it is, that it is of one isolate, and of which type", async () => {
  await env.PAGES.put(KV_KEY.routing, "corrupt");
  const text = await scrape(testEdge("ok"));
  for (const key of Object.keys(EDGE_METRICS)) {
    expect(text).toMatch(new RegExp(`^# HELP spillway_edge_${key} .+ Of this isolate alone\\.$`, "m"));
    const type = key.endsWith("_total") ? "counter" : "gauge";
    expect(text).toContain(`# TYPE spillway_edge_${key} ${type}\n`);
  }
  expect(text).toContain('failure="kv-value"} 1\n');
  expect(text.endsWith("\n")).toBe(true);
});

test.each([{}, { authorization: "Bearer not-the-token" }])(
  "tells nobody but operators: %o",
  async (headers) => {
    const response = await testEdge("ok").get("/metrics", headers);
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain("spillway_edge");
  },
);

test("where no token is configured, an empty one opens nothing", async () => {
  const response = await testEdge("ok", { EDGE_TOKEN: "" }).get("/metrics", { authorization: "Bearer " });
  expect(response.status).toBe(401);
});
