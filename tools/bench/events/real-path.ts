/**
 * The origin's own way of an event batch: the shipped route, from the bytes of a body that our edge signed to
 * the commit.
 */
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { createMetrics } from "@spillway/origin/monitoring/metrics.ts";
import { createEdgeProof } from "@spillway/origin/http/edge-proof.ts";
import { readEdgeSignature } from "@spillway/origin/http/edge-signature.ts";
import { eventsRoutes } from "@spillway/origin/http/events.ts";
import { createSingleUse } from "@spillway/origin/http/single-use.ts";
import { createTimeBudget } from "@spillway/origin/serving/gate/time-budget.ts";
import type { Database } from "@spillway/store/database.ts";
import { createEdgeAuth } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";

const URL = "http://origin/events";

export type RealPath = {
  readonly request: (batch: readonly StoredEvent[]) => Promise<Request>;
  readonly answer: (request: Request) => Promise<Response>;
};

export function createRealPath(database: Database): RealPath {
  const token = randomUUID();
  const edgeAuth = createEdgeAuth(token);
  const singleUse = createSingleUse({ newId: randomUUID });
  const events = eventsRoutes({
    database,
    gatewayTokens: [],
    metrics: createMetrics(),
    // The whole of the thread's time: what is measured is what a batch costs, not what an origin grants to
    // events.
    rollouts: { did: () => undefined },
    eventsBudget: createTimeBudget(1, () => performance.now()),
    nowMs: () => Date.now(),
  });
  const routes = new Hono()
    .use(readEdgeSignature({ edgeProof: createEdgeProof(token), singleUse, nowMs: () => Date.now() }))
    .route("/", events);
  return {
    request: async (batch) => {
      const body = JSON.stringify({ events: batch });
      const { headers } = await edgeAuth.sign({
        method: "POST",
        target: "/events",
        headers: { "content-type": "application/json", "spillway-instance": singleUse.instance() },
        body,
        nowMs: Date.now(),
        nonce: randomUUID(),
      });
      return new Request(URL, { method: "POST", headers, body });
    },
    answer: async (request) => routes.fetch(request),
  };
}

/** Throws unless the whole batch was stored. */
export async function checkStored(response: Response, events: number): Promise<void> {
  const text = await response.text();
  if (response.status !== 202 || !text.startsWith(`{"accepted":${events},`)) {
    throw new Error(`the route answered ${response.status}: ${text.slice(0, 300)}`);
  }
}
