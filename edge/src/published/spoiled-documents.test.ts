/**
 * Valid JSON that would spoil every page: it is refused, the last good document stays, and /health says why.
 */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pageJson } from "@spillway/shared/protocol/page.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { carouselsOf, putIndex, putPage, putRouting, SOCIAL, testEdge } from "../../test/worker/test-edge.ts";

const CLUSTERS = ["generic", "esp", "bel", "other", "esp.social"];

beforeEach(async () => {
  await putIndex(PAGE_CONTEXTS);
  await putRouting({});
  await env.PAGES.put("editorial", JSON.stringify({ version: 1, clockOffsetMs: 0, pins: [] }));
  await env.PAGES.put("suspects", JSON.stringify({ version: 1, suspects: "" }));
  for (const cluster of CLUSTERS) for (const context of PAGE_CONTEXTS) await putPage(cluster, context);
});
afterEach(reset);

type Edge = ReturnType<typeof testEdge>;

/** Status and rung of every context's page. */
async function pagesOf(edge: Edge): Promise<string[]> {
  const pages: string[] = [];
  for (const context of PAGE_CONTEXTS) {
    const response = await edge.get(`/recommendations?user=u42&context=${context}`, SOCIAL);
    const served = response.headers.get("spillway-served") ?? "";
    pages.push(`${response.status} ${served.replace(/;age=\d{1,6}$/, "")}`);
  }
  return pages;
}

const root = { id: "generic", parent: -1, split: { signal: "team", branches: { ESP: 1 } } };
const index = { generation: 8, builtAt: "2026-07-10T00:00:00Z", nodes: [root, { id: "esp", parent: 0 }] };
const bands = [{ name: "all day", from: "00:00", threshold_per_s: 100 }];
const pin = { id: "p", when: {}, contexts: ["homepage"], items: [{ id: "i", title: "I", kind: "movie" }] };

test.each<[key: string, where: string, value: unknown]>([
  ["cluster-index", "contexts", { ...index, contexts: [] }],
  ["cluster-index", "nodes[0].id", { ...index, nodes: [{ id: "everybody", parent: -1 }] }],
  ["cluster-index", "nodes[1].id", { ...index, nodes: [root, { id: "generic", parent: 0 }] }],
  ["cluster-index", "nodes[1].parent", { ...index, nodes: [root, { id: "esp", parent: 1 }] }],
  [
    "cluster-index",
    "nodes[1].parent",
    {
      ...index,
      nodes: [
        { id: "generic", parent: -1 },
        { id: "esp", parent: 0 },
      ],
    },
  ],
  ["cluster-index", "generation", { ...index, generation: -1e308 }],
  ["editorial", "clockOffsetMs", { version: 2, clockOffsetMs: 9e15, pins: [] }],
  ["editorial", "pins[1].id", { version: 2, clockOffsetMs: 0, pins: [pin, pin] }],
  ["editorial", "pins[0].items", { version: 2, clockOffsetMs: 0, pins: [{ ...pin, items: [] }] }],
  ["routing", "routing.bands", { version: 4, routing: { time_zone: "UTC", bands: [] } }],
  ["routing", "routing.time_zone", { version: 4, routing: { time_zone: "Moon/Sea", bands } }],
  ["routing", "version", { version: 1e300, routing: { time_zone: "UTC", bands } }],
  ["suspects", "suspects", { version: 2, suspects: "AAAA" }],
])("%s with a fault in %s", async (key, where, value) => {
  const edge = testEdge("down");
  const before = await pagesOf(edge);
  expect(before.every((page) => page.startsWith("200 cluster;"))).toBe(true);
  await env.PAGES.put(key, JSON.stringify(value));
  const problem = { key, reason: expect.stringContaining(where) };
  await expect
    .poll(async () => {
      await pagesOf(edge);
      return edge.health();
    })
    .toMatchObject({ status: "degraded", problems: [problem] });
  expect(await pagesOf(edge)).toEqual(before);
});

test("a document that is good again is taken, and /health is content", async () => {
  const edge = testEdge("down");
  await pagesOf(edge);
  await env.PAGES.put("cluster-index", JSON.stringify({ ...index, contexts: [] }));
  await expect.poll(async () => edge.health()).toMatchObject({ status: "degraded" });
  await env.PAGES.put("cluster-index", JSON.stringify(index));
  await expect
    .poll(async () => edge.health())
    .toMatchObject({ status: "ok", clusterIndex: { generation: 8 } });
});

test.each([
  ["a build time long before the world", { generation: 7, builtAtMs: -1e308, contentHash: "h" }],
  ["a generation that no header may hold", { generation: 1e18, builtAtMs: 1, contentHash: "h" }],
  ["a hash that ends its header", { generation: 7, builtAtMs: 1, contentHash: 'h"\r\nx: y' }],
])("a page with %s leaves its place to the parent's", async (_, metadata) => {
  const head = { context: "live", cluster: "esp.social", generation: 7, builtAt: "2026-07-10T00:00:00Z" };
  const body = pageJson(head, JSON.stringify(carouselsOf("esp.social")));
  await env.PAGES.put("page:live:esp.social", body, { metadata });
  const [home, live] = await pagesOf(testEdge("down"));
  expect(home).toMatch(/^200 cluster;/);
  expect(live).toMatch(/^200 parent;.*cluster="esp";assigned="esp.social";generation=7$/);
});
