/**
 * For tests: an edge as a fresh isolate would have it, on real KV and queues, in front of the scripted
 * origin.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import type { ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import type { Carousel } from "@spillway/shared/protocol/page.ts";
import { pageJson } from "@spillway/shared/protocol/page.ts";
import { pageKey } from "@spillway/shared/protocol/wire.ts";
import type { Bindings } from "../../src/env.ts";
import { createEdge } from "../../src/index.ts";

declare module "vitest" {
  // An alias can't add to the framework's own declaration.
  // oxlint-disable-next-line typescript/consistent-type-definitions
  interface ProvidedContext {
    origin: { readonly url: string; readonly token: string };
  }
}

declare global {
  namespace Cloudflare {
    // An alias can't add to the platform's own declaration.
    // oxlint-disable-next-line typescript/consistent-type-definitions, typescript/no-empty-object-type
    interface Env extends Bindings {}
  }
}

/** What the scripted origin does; see edge/test/scripted-origin.ts. `down`: nobody listens there. */
export type OriginBehaviour =
  | "ok"
  | "over-threshold"
  | "share"
  | "small-share"
  | "slow"
  | "slow-body"
  | "broken-body"
  | "error"
  | "redirect"
  | "unknown-item"
  | "bomb"
  | "not-a-page"
  | "another-context"
  | "html"
  | "not-modified"
  | "no-content"
  | "odd-headers"
  | "aborted"
  | "unproven"
  | "forged"
  | "restarted"
  | "confused"
  | "other-credit"
  | "other-body"
  | "endless-body"
  | "down";

export type LoggedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Port 9 (discard): nothing listens there on loopback. */
const NOBODY = "http://127.0.0.1:9";

export function testEdge(behaviour: OriginBehaviour, overrides: Partial<Bindings> = {}) {
  const { url, token } = inject("origin");
  const run = crypto.randomUUID();
  const bindings: Bindings = {
    PAGES: env.PAGES,
    EVENTS: env.EVENTS,
    DEAD_LETTERS: env.DEAD_LETTERS,
    ORIGIN_URL: behaviour === "down" ? NOBODY : `${url}/${run}/${behaviour}`,
    EDGE_TOKEN: token,
    // So short that no test waits for it to pass, and patient with a busy machine.
    READ_CYCLE_MS: "20",
    KV_DEADLINE_MS: "2000",
    // Every test is a new isolate, and all are at one location.
    COLD_LIMIT: { limit: () => Promise.resolve({ success: true }) },
    ...overrides,
  };
  const edge = createEdge(bindings);
  return {
    edge,
    bindings,
    get: async (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> => {
      const context = createExecutionContext();
      const request = new Request(`http://edge.example${path}`, { method, headers });
      const response = await edge.app.fetch(request, bindings, context);
      await waitOnExecutionContext(context);
      return response;
    },
    fetch: async (request: Request): Promise<Response> => {
      const context = createExecutionContext();
      const response = await edge.app.fetch(request, bindings, context);
      await waitOnExecutionContext(context);
      return response;
    },
    /** As operators see it. */
    health: async (): Promise<unknown> => {
      const context = createExecutionContext();
      const headers = { authorization: `Bearer ${bindings.EDGE_TOKEN ?? ""}` };
      const request = new Request("http://edge.example/health", { headers });
      const response = await edge.app.fetch(request, bindings, context);
      await waitOnExecutionContext(context);
      return response.json();
    },
    post: async (
      path: string,
      body: BodyInit,
      headers: Record<string, string> = { "content-type": "application/json" },
    ): Promise<Response> => {
      const request = new Request(`http://edge.example${path}`, { method: "POST", headers, body });
      return edge.app.fetch(request, bindings, createExecutionContext());
    },
    /** What has reached the origin. */
    requests: async (): Promise<LoggedRequest[]> => (await fetch(`${url}/${run}/log`)).json(),
  };
}

const NODES: readonly ClusterNode[] = [
  { id: "generic", parent: -1, split: { signal: "team", branches: { ESP: 1, BEL: 2 }, other: 3 } },
  { id: "esp", parent: 0, split: { signal: "entry", branches: { social: 4 } } },
  { id: "bel", parent: 0 },
  { id: "other", parent: 0 },
  { id: "esp.social", parent: 1 },
];

/** `more` stand below the root, for teams of their names. */
export async function putIndex(
  contexts?: readonly string[],
  more: readonly ClusterNode[] = [],
): Promise<void> {
  const [root, ...others] = NODES;
  const branches = Object.fromEntries(more.map(({ id }, at) => [id, NODES.length + at]));
  const split = root?.split && { ...root.split, branches: { ...root.split.branches, ...branches } };
  const nodes = [{ ...root, split }, ...others, ...more];
  const index = { generation: 7, builtAt: "2026-07-10T00:00:00Z", nodes, contexts };
  await env.PAGES.put("cluster-index", JSON.stringify(index));
}

/**
 * Only a test that is about the deadline sets one: with this one the origin answers in time on any machine.
 */
const PATIENT_DEADLINE_MS = 10_000;

/** `more` is what the document holds beside the routing. */
export async function putRouting(routing: object, version = 3, more: object = {}): Promise<void> {
  const whole = {
    time_zone: "UTC",
    deadline_ms: PATIENT_DEADLINE_MS,
    bands: [{ name: "all day", from: "00:00", threshold_per_s: 100 }],
    ...routing,
  };
  await env.PAGES.put("routing", JSON.stringify({ version, routing: whole, ...more }));
}

export const SOCIAL = { referer: "https://www.instagram.com/", cookie: "team=ESP" };

export function carouselsOf(cluster: string): Carousel[] {
  const items = ["a", "b"].map((id) => ({ id, title: `${id} for ${cluster}`, kind: "movie" as const }));
  return [{ id: "top", title: "Top", items }];
}

export async function putPage(
  cluster: string,
  context = "homepage",
  builtAtMs = Date.now() - 17_500,
): Promise<void> {
  const head = { context, cluster, generation: 7, builtAt: new Date(builtAtMs).toISOString() };
  await env.PAGES.put(pageKey(context, cluster), pageJson(head, JSON.stringify(carouselsOf(cluster))), {
    metadata: { generation: 7, builtAtMs, contentHash: `hash-${cluster.replaceAll(".", "-")}` },
  });
}
