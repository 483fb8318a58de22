import { seededRandom } from "@spillway/shared/seeded-random.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { Routing } from "@spillway/shared/routing/routing.ts";
import { describe, expect, test } from "vitest";
import { DryRun } from "./dry-run.ts";
import { dryRouting } from "./dry-routing.ts";
import type { DryRunResult } from "./result.ts";
import { assign, DAY_MINUTE, requestsOfDay, routingOf, serve } from "./test/recorded-day.ts";

const HOLDOUT = { holdout: { share: 0.02, serve: "generic", salt: "h" } };
const RULES = [
  { name: "press", when: { campaign: "press-*" }, then: "generic" },
  { name: "mar", when: { team: "MAR", entry: "ad" }, then: "mar" },
];
const A = routingOf(RULES, HOLDOUT);
const SOCIAL = [...RULES, { name: "social", when: { team: "ESP", entry: "social" }, then: "esp.social" }];

type Options = { before?: Routing | undefined; version?: number; after: Routing };

function dryRun(tuples: Iterable<DecisionTuple>, { before, version, after }: Options): DryRunResult {
  const run = new DryRun({
    before: before && dryRouting(before, version, undefined),
    after: dryRouting(after, undefined, undefined),
    assign,
    atMinute: undefined,
  });
  for (const tuple of tuples) run.add(tuple);
  return run.result();
}

const requests = requestsOfDay(20_000, 1);
const day = requests.map((request) => serve(A, 1, request));

describe("rules against themselves", () => {
  test("nothing flows, and the replay reproduces all", () => {
    const result = dryRun(day, { before: A, version: 1, after: A });
    expect(result.flows).toEqual([]);
    expect(result.changed.share).toBe(0);
    expect(result.fidelity).toMatchObject({ share: 1, tuples: 20_000, isEnough: true, deviations: [] });
  });

  test("what was recorded stands for rules that are not there", () => {
    expect(dryRun(day, { after: A }).flows).toEqual([]);
    const wider = routingOf(RULES, { holdout: { ...HOLDOUT.holdout, share: 0.06 } });
    const { flows } = dryRun(day, { after: wider });
    expect(flows.map(({ from, to }) => `${from} > ${to}`)).toEqual(["individual > generic"]);
    expect(flows[0]?.share).toBeCloseTo(0.037, 2);
    expect(dryRun(day, { after: routingOf(RULES) }).flows.map(({ from, to }) => [from, to])).toEqual([
      ["generic", "individual"],
    ]);
  });
});

/** How a request comes out, as flows name it. */
function outcomeOf({ as, rule, cluster, signals }: DecisionTuple): string {
  return as === "cluster" && rule !== undefined && cluster !== assign(signals) ? `cluster ${cluster}` : as;
}

function trueFlows(was: readonly DecisionTuple[], is: readonly DecisionTuple[]): Map<string, number> {
  const flows = new Map<string, number>();
  was.forEach((before, at) => {
    const [from, to] = [outcomeOf(before), outcomeOf(is[at] as DecisionTuple)];
    if (from !== to) flows.set(`${from} > ${to}`, (flows.get(`${from} > ${to}`) ?? 0) + 1 / was.length);
  });
  return flows;
}

const CHANGES: readonly (readonly [string, Routing])[] = [
  ["another rule, and a larger holdout", routingOf(SOCIAL, { holdout: { ...HOLDOUT.holdout, share: 0.05 } })],
  ["another salt", routingOf(SOCIAL, { holdout: { ...HOLDOUT.holdout, salt: "other" } })],
  ["no holdout", routingOf(SOCIAL)],
  [
    "a rule for a share",
    routingOf(
      [{ name: "half", when: { entry: "social" }, then: "esp.social", share: 0.4 }, ...RULES],
      HOLDOUT,
    ),
  ],
  [
    "a rule for part of the day",
    routingOf(
      [
        { when: { entry: "social" }, then: "tailored", fromMs: DAY_MINUTE * 60_000 + 18 * 3_600_000 },
        ...RULES,
      ],
      HOLDOUT,
    ),
  ],
  ["everybody forced", routingOf(RULES, { ...HOLDOUT, mode: "force-cluster" })],
];

test.each(CHANGES)("%s: each flow is the share of requests that truly changes", (_name, after) => {
  const truth = trueFlows(
    day,
    requests.map((request) => serve(after, 2, request)),
  );
  const { flows } = dryRun(day, { before: A, version: 1, after });
  for (const { from, to, share, low, high } of flows) {
    const part = truth.get(`${from} > ${to}`) ?? 0;
    expect([part >= low, part <= high, Math.abs(part - share) < 0.01]).toEqual([true, true, true]);
  }
  expect(flows.map(({ from, to }) => `${from} > ${to}`).toSorted()).toEqual([...truth.keys()].toSorted());
});

function half(share: number): Routing {
  return routingOf([{ name: "half", when: { entry: "social" }, then: "esp.social", share }]);
}

test("a share that grows keeps whom it has", () => {
  const before = half(0.3);
  const recorded = requests.map((request) => serve(before, 1, request));
  const { flows } = dryRun(recorded, { before, version: 1, after: half(0.6) });
  expect(flows.map(({ from, to }) => [from, to])).toEqual([["individual", "cluster esp.social"]]);
  expect(dryRun(recorded, { before, version: 1, after: before }).flows).toEqual([]);
});

test("100 samples of a day: the intervals cover its truth", () => {
  const after = routingOf(SOCIAL, { holdout: { ...HOLDOUT.holdout, share: 0.03 } });
  const whole = requestsOfDay(40_000, 7);
  const recorded = whole.map((request) => serve(A, 1, request));
  const truth = trueFlows(
    recorded,
    whole.map((request) => serve(after, 2, request)),
  );
  const draw = seededRandom(5);
  let [covered, seen] = [0, 0];
  for (let sample = 0; sample < 100; sample += 1) {
    // Of unequal weights, as isolates of unequal traffic give them.
    const tuples = recorded.flatMap((tuple, at) => {
      const weight = at % 3 === 0 ? 10 : 40;
      return draw() < 1 / weight ? [{ ...tuple, weight }] : [];
    });
    for (const { from, to, low, high } of dryRun(tuples, { before: A, version: 1, after }).flows) {
      const part = truth.get(`${from} > ${to}`) ?? 0;
      seen += 1;
      if (part >= low && part <= high) covered += 1;
    }
  }
  expect(seen).toBeGreaterThan(200);
  expect(covered / seen).toBeGreaterThan(0.92);
});

test("at shares of 1 % the interval of 100,000 tuples is no wider than 0.15 points to either side", () => {
  const after = routingOf([{ when: { team: "NOR", entry: "social" }, then: "generic" }, ...RULES], HOLDOUT);
  const tuples = requestsOfDay(100_000, 3).map((request) => serve(A, 1, request));
  const { flows } = dryRun(tuples, { before: A, version: 1, after });
  const [flow] = flows;
  expect(flow?.share).toBeGreaterThan(0.003);
  expect(flow?.share).toBeLessThan(0.03);
  expect(
    Math.max((flow?.high ?? 1) - (flow?.share ?? 0), (flow?.share ?? 0) - (flow?.low ?? 0)),
  ).toBeLessThan(0.0015);
});
