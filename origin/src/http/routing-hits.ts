/** Answers `GET /routing/hits`: how many pages each rule in force decided in the last hour and day. */
import { Hono } from "hono";
import { nameOfRule } from "@spillway/shared/routing/rules/rule-schema.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { HITS_MINUTES, type HitsOfMinute, type RuleHits } from "../monitoring/now/history/rule-hits.ts";
import { requireRole } from "./operators/require-role.ts";

export type RoutingHitsDeps = {
  readonly operatorStore: Pick<OperatorStore, "routing">;
  readonly ruleHits: Pick<RuleHits, "sum">;
  readonly nowMs: () => number;
};

const HOUR_MINUTES = 60;

export function routingHitsRoutes({ operatorStore, ruleHits, nowMs }: RoutingHitsDeps): Hono {
  return new Hono().get("/routing/hits", requireRole("viewer"), async (c) => {
    const current = await operatorStore.routing.current();
    const minute = Math.floor(nowMs() / 60_000);
    const [hour, day] = [ruleHits.sum(minute - HOUR_MINUTES), ruleHits.sum(minute - HITS_MINUTES)];
    const rules = (current?.value.routing.rules ?? []).map((rule, at) => {
      const name = nameOfRule(rule, at);
      // A number is another rule's in another version.
      const version = rule.name === undefined ? current?.version : undefined;
      return { name, hour: hitsOf(hour, name, version), day: hitsOf(day, name, version) };
    });
    c.header("Cache-Control", "no-store");
    return c.json({ version: current?.version ?? 0, pages: { hour: hour.pages, day: day.pages }, rules });
  });
}

function hitsOf({ rules }: HitsOfMinute, name: string, version: number | undefined): number {
  return rules.reduce(
    (sum, [decidedBy, rule, pages]) =>
      rule === name && (version === undefined || version === decidedBy) ? sum + pages : sum,
    0,
  );
}
