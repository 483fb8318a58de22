/**
 * The origin's worst minute, predicted from a sample of a rehearsal, beside a rehearsal of the changed
 * routing.
 */
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { Routing } from "@spillway/shared/routing/routing.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { expect, test } from "vitest";
import { DEFAULT_FLEET } from "../fleet/options.ts";
import type { Scenario } from "../fleet/scenario.ts";
import { simulate } from "../fleet/simulate.ts";
import { sumOver } from "../fleet/tally.ts";
import { dryRouting } from "./dry-routing.ts";
import { DryRun } from "./dry-run.ts";
import { DAY_MINUTE, routingOf } from "./test/recorded-day.ts";

const T = 200;
const SOCIAL_PART = 0.3;

const SCENARIOS: readonly Scenario[] = [
  // The wall comes and goes within a minute.
  shape("kick-off", (atS) => (atS >= 145 && atS < 250 ? 10 : 0.5)),
  shape("ramp", (atS) => (atS < 60 ? 0.4 : 0.4 * 8 ** Math.min(1, (atS - 60) / 180))),
  shape("calm", (atS) => 0.55 + 0.2 * Math.sin(atS / 40)),
];

function shape(name: string, loadAt: Scenario["loadAt"]): Scenario {
  return { name, about: name, durationS: 300, loadAt, thresholdAt: () => 1, originUpAt: () => true };
}

function routing(threshold: number, social: "asks" | "individual" | "cluster"): Routing {
  const rules =
    social === "asks" ? [] : [{ when: { entry: "social" }, then: social === "cluster" ? "esp" : social }];
  return routingOf(rules, { bands: [{ name: "all day", from: "00:00", threshold_per_s: threshold }] });
}

type Rehearsal = { tuples: DecisionTuple[]; worst: { asked: number; admitted: number; minute: number } };

/** `weight`: one request of so many is sampled. */
function rehearse(scenario: Scenario, rules: Routing, weight: number, seed: number): Rehearsal {
  const [guests, sampling] = [seededRandom(99), seededRandom(3)];
  const tuples: DecisionTuple[] = [];
  const isToCluster = rules.rules[0]?.then === "esp";
  const asked = Array.from({ length: 5 }, () => 0);
  const recorder = {
    arrive: () => ({ isSocial: guests() < SOCIAL_PART, isKnown: guests() < 0.5 }),
    asks: (guest: unknown) => !(isToCluster && (guest as { isSocial: boolean }).isSocial),
    served: (guest: unknown, arrivedMs: number, rung: string, reason: string) => {
      const { isSocial, isKnown } = guest as { isSocial: boolean; isKnown: boolean };
      const minute = Math.floor(arrivedMs / 60_000);
      if (reason !== "rule") asked[minute] = (asked[minute] ?? 0) + 1 / 60;
      if (sampling() >= 1 / weight) return;
      const hasRule = isSocial && rules.rules.length > 0;
      tuples.push({
        minute: DAY_MINUTE + minute,
        context: "homepage",
        signals: { ...NO_SIGNALS, entry: isSocial ? "social" : "direct" },
        country: "ES",
        band: "all day",
        as: rung as DecisionTuple["as"],
        reason: reason as DecisionTuple["reason"],
        cluster: hasRule && isToCluster ? "esp" : "generic",
        rule: hasRule ? "rule-1" : undefined,
        version: 1,
        holdout: false,
        known: isKnown,
        weight,
      });
    },
  };
  const thresholdPerSec = T;
  const factor = (rules.bands[0]?.threshold_per_s ?? T) / T;
  const run = simulate(
    {
      ...DEFAULT_FLEET,
      locations: 30,
      thresholdPerSec,
      seed,
      capacityOfThreshold: 1.25 * Math.max(1, factor),
    },
    { ...scenario, thresholdAt: () => factor },
    undefined,
    undefined,
    recorder,
  );
  const admitted = asked.map(
    (_, minute) => sumOver(run.tally.personalized, minute * 60, (minute + 1) * 60) / 60,
  );
  const minute = asked.indexOf(Math.max(...asked));
  return { tuples, worst: { asked: asked[minute] ?? 0, admitted: admitted[minute] ?? 0, minute } };
}

const CHANGES: readonly (readonly [string, Routing, Routing])[] = [
  ["half the threshold", routing(T, "asks"), routing(T / 2, "asks")],
  ["twice the threshold", routing(T, "asks"), routing(2 * T, "asks")],
  ["five times", routing(T, "asks"), routing(5 * T, "asks")],
  ["social to a cluster", routing(T, "asks"), routing(T, "cluster")],
  ["social to individual", routing(T, "cluster"), routing(T, "individual")],
];

test.each(
  SCENARIOS.flatMap((scenario) =>
    CHANGES.map(([name, before, after]) => [scenario.name, name, scenario, before, after] as const),
  ),
)("%s, %s", (_name, _change, scenario, before, after) => {
  const recorded = rehearse(scenario, before, 4, 1);
  const truth = rehearse(scenario, after, 1e9, 1);
  const run = new DryRun({
    before: dryRouting(before, 1, undefined),
    after: dryRouting(after, undefined, undefined),
    assign: () => "generic",
    atMinute: undefined,
  });
  for (const tuple of recorded.tuples) run.add(tuple);
  const { origin, fidelity } = run.result();
  const predicted = origin.worstAfter;
  expect(fidelity?.share).toBe(1);
  expect(Math.abs((predicted?.askedPerSec ?? 0) / truth.worst.asked - 1)).toBeLessThan(0.05);
  expect(Math.abs((predicted?.admittedPerSec ?? 0) / truth.worst.admitted - 1)).toBeLessThan(0.05);
});
