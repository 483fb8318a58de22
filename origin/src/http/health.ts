/** Answers `GET /health`, for operators and load balancers. */
import { Hono } from "hono";
import { clustersOfRules, type Routing } from "@spillway/shared/routing/routing.ts";
import { rulesWithoutCluster } from "@spillway/shared/routing/rule-clusters.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { clusterIds } from "@spillway/store/pages/clusters.ts";
import type { Database } from "@spillway/store/database.ts";
import { lastEventSeq } from "@spillway/store/events/events.ts";
import {
  latestDoneGeneration,
  latestGenerations,
  type GenerationRow,
} from "@spillway/store/pages/generations.ts";
import { countItems } from "@spillway/store/catalogue/items.ts";
import { countProfiles } from "@spillway/store/profiles/profiles.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";

export type HealthDeps = {
  readonly database: Database;
  readonly operatorStore: Pick<OperatorStore, "routing">;
  readonly nowMs: () => number;
  /** The content's clock, which differs from the real clock only in the demo. */
  readonly contentNowMs: () => number;
  /** The progress of the refresh cycle that is running. */
  readonly cycle: () => { readonly stage: string; readonly done: number; readonly total: number } | undefined;
};

export function healthRoutes(deps: HealthDeps): Hono {
  const { database, operatorStore, nowMs, contentNowMs, cycle } = deps;
  return new Hono().get("/health", async (c) => {
    const inForce = await operatorStore.routing.current();
    const done = latestDoneGeneration(database);
    const running = cycle();
    const last = latestGenerations(database, 1).at(0);
    return c.json({
      ok: true,
      pid: process.pid,
      ...(done?.endedMs != null && {
        generation: done.generation,
        generationAgeS: Math.max(0, Math.floor((nowMs() - done.endedMs) / 1000)),
      }),
      routingVersion: inForce?.version ?? 0,
      ...rulesNotInForce(database, inForce?.value.routing),
      items: countItems(database),
      users: countProfiles(database),
      // This is the newest event's number. Counting millions of rows would delay other requests.
      events: lastEventSeq(database),
      ...(running !== undefined && { cycle: running }),
      ...(last !== undefined && { lastCycle: describe(last) }),
      now: new Date(contentNowMs()).toISOString(),
    });
  });
}

/** Absent where all rules are in force. */
function rulesNotInForce(
  database: Database,
  routing: Routing | undefined,
): { rulesNotInForce?: readonly Issue[] } {
  if (routing === undefined || clustersOfRules(routing).length === 0) return {};
  const known = new Set(clusterIds(database));
  const issues = rulesWithoutCluster(clustersOfRules(routing), (id) => known.has(id));
  return issues.length === 0 ? {} : { rulesNotInForce: issues };
}

function describe({ state, reason, report }: GenerationRow) {
  const parsed: unknown = state === "failed" && report !== null ? JSON.parse(report) : undefined;
  const failed = typeof parsed === "object" && parsed !== null && "error" in parsed;
  return { state, reason, ...(failed && { error: String(parsed.error) }) };
}
