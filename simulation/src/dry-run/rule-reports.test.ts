/** What a dry run says of rules, and what it says that it cannot tell. */
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { Routing } from "@spillway/shared/routing/routing.ts";
import { describe, expect, test } from "vitest";
import { createReplay } from "./at-instant.ts";
import { dryRouting } from "./dry-routing.ts";
import type { DryRunResult } from "./result.ts";
import { assign, DAY_MINUTE, requestsOfDay, routingOf, serve } from "./test/recorded-day.ts";

const A = routingOf([]);
const day = requestsOfDay(5000, 2).map((request) => serve(A, 3, request));

function run(
  after: Routing,
  tuples: readonly DecisionTuple[] = day,
  atMs?: number,
  version = 3,
): DryRunResult {
  const index = { byId: (id: string) => (id === "esp" ? { id, parent: undefined } : undefined) };
  const replay = createReplay(
    { before: dryRouting(A, version, index), after: dryRouting(after, undefined, index), assign },
    atMs,
  );
  for (const tuple of tuples) replay.add(tuple);
  return replay.result();
}

const spots = (result: DryRunResult): string[] => result.cannotTell.map(({ about }) => about);
const DAY_MS = DAY_MINUTE * 60_000;
const HOUR_MS = 3_600_000;

test("rules are hit, shadowed by others, never hit, or not in force", () => {
  const { rules } = run(
    routingOf([
      { name: "social", when: { entry: "social" }, then: "generic" },
      { name: "fans", when: { team: "ESP" }, then: "esp" },
      { name: "both", when: { team: "ESP", entry: "social" }, then: "esp" },
      { name: "gone", when: { team: "BEL" }, then: "gone" },
      { name: "nobody", when: { team: "XYZ" }, then: "esp" },
    ]),
  );
  expect(rules.after.map(({ name, status }) => [name, status])).toEqual([
    ["social", "hit"],
    ["fans", "hit"],
    ["both", "shadowed"],
    ["gone", "not-in-force"],
    ["nobody", "never-hit"],
  ]);
  expect(rules.after[2]?.takenBy).toEqual([{ name: "social", share: 1 }]);
  expect(rules.after[1]?.takenBy[0]?.name).toBe("social");
});

test("a rule for a part of the users shadows nobody whole", () => {
  const { rules } = run(
    routingOf([
      { name: "half", when: { entry: "social" }, then: "generic", share: 0.5 },
      { name: "rest", when: { entry: "social" }, then: "tailored" },
    ]),
  );
  const [half, rest] = rules.after;
  expect(half?.share).toBeCloseTo(rest?.share ?? 0, 6);
  expect(rest?.takenBy).toEqual([{ name: "half", share: 0.5 }]);
});

describe("says that it cannot tell", () => {
  test("where tuples are few", () => expect(spots(run(A, day.slice(0, 100)))).toContain("few-tuples"));

  test("of days that are missing", () => {
    const later = day.map((tuple) => ({ ...tuple, minute: tuple.minute + 3 * 1440 }));
    const { cannotTell } = run(A, [...day, ...later]);
    expect(cannotTell.find(({ about }) => about === "missing-days")?.text).toBe(
      "Days without tuples: 2026-07-11, 2026-07-12.",
    );
  });

  test("of what was folded, where a rule asks for it", () => {
    const folded = day.map((tuple, at): DecisionTuple =>
      at % 10 === 0
        ? { ...tuple, signals: { ...tuple.signals, campaign: "other" }, folded: ["campaign"] }
        : tuple,
    );
    const asks = routingOf([{ name: "c", when: { campaign: "summer" }, then: "esp" }]);
    const found = run(asks, folded).cannotTell.find(({ about }) => about === "folded");
    expect(found?.text).toContain("10.0 % of requests the campaign is folded");
    expect(found?.text).toContain("rule c, which asks");
    expect(spots(run(routingOf([{ when: { team: "ESP" }, then: "esp" }]), folded))).not.toContain("folded");
  });

  test("of rules on the country, where it is not known", () => {
    const asks = routingOf([{ name: "home", if: { field: "country", is: ["ES"] }, then: "esp" }]);
    expect(spots(run(asks))).toContain("country");
  });

  test("of another version than the one in force", () => {
    const { cannotTell, fidelity } = run(A, day, undefined, 4);
    expect(cannotTell.find(({ about }) => about === "version")?.text).toContain("No tuple obeyed version 4");
    expect(fidelity).toBeUndefined();
  });

  test("of rules that hold at another time; --at shows them", () => {
    const later = routingOf([
      { name: "match", when: { entry: "social" }, then: "esp", fromMs: DAY_MS + 48 * HOUR_MS },
    ]);
    const now = run(later);
    expect(spots(now)).toContain("instant");
    expect(now.rules.after[0]?.status).toBe("not-sampled");
    const then = run(later, day, DAY_MS + 50 * HOUR_MS);
    expect(then.rules.after[0]).toMatchObject({ status: "hit" });
    expect(then.cannotTell[0]?.text).toContain("all requests of band all day stand in for it");
  });
});

test("--at takes what came in that minute, where that is enough", () => {
  const busy = day.map((tuple, at) => (at < 600 ? { ...tuple, minute: DAY_MINUTE + 5 } : tuple));
  const { sample } = run(A, busy, DAY_MS + 5 * 60_000);
  expect([sample.from, sample.until]).toEqual(["2026-07-10T00:05Z", "2026-07-10T00:06Z"]);
});

test("rules other than those that were obeyed are noticed, with what deviates most", () => {
  const tuples = day.map((tuple, at) =>
    at % 50 === 0 ? { ...tuple, rule: "other", reason: "rule" as const, as: "cluster" as const } : tuple,
  );
  const { fidelity } = run(A, tuples);
  expect(fidelity).toMatchObject({ isEnough: false, share: 0.98 });
  expect(fidelity?.deviations[0]?.went).toContain("cluster by rule, rule other");
});

test("a rule that decided decides again, though the value that it asks for is folded", () => {
  const press = routingOf([{ name: "press", when: { campaign: "press-*" }, then: "generic" }]);
  const folded = requestsOfDay(5000, 2).map((request): DecisionTuple => {
    const tuple = serve(press, 3, request);
    const signals = { ...tuple.signals, campaign: "other" };
    return request.signals.campaign === "press-1" ? { ...tuple, signals, folded: ["campaign"] } : tuple;
  });
  const replay = createReplay(
    { before: dryRouting(press, 3, undefined), after: dryRouting(press, undefined, undefined), assign },
    undefined,
  );
  for (const tuple of folded) replay.add(tuple);
  const { fidelity, flows } = replay.result();
  expect([fidelity?.share, flows]).toEqual([1, []]);
});

test("pages that an operator's switch forced stay forced, and individual answers stay individual", () => {
  const switched = day.map((tuple, at): DecisionTuple =>
    at % 2 === 0
      ? { ...tuple, as: "tailored", known: true, reason: "forced" }
      : { ...tuple, reason: "forced" },
  );
  const { fidelity, outcomes, flows } = run(A, switched);
  expect([fidelity?.share, flows]).toEqual([1, []]);
  expect(outcomes.map(({ as, after }) => [as, after.share]).slice(0, 2)).toEqual([
    ["individual", 0.5],
    ["tailored", 0.5],
  ]);
});

test("an empty sample says that it tells nothing", () => {
  const { sentence, changed } = run(A, []);
  expect(sentence).toBe("The sample has no tuples, so nothing can be told.");
  expect(changed).toEqual({ share: 0, low: 0, high: 1 });
});

test("a page of a cluster that is folded stays a cluster's page, and is nobody's generic one", () => {
  const wall = day.map((tuple): DecisionTuple => {
    const signals = { ...tuple.signals, team: "none" };
    const served = { as: tuple.known ? "tailored" : "cluster", reason: "deadline" } as const;
    return { ...tuple, ...served, signals, cluster: undefined, folded: ["team", "cluster"] };
  });
  const { outcomes, flows } = run(A, wall);
  const seen = outcomes.filter(({ before, after }) => before.share + after.share > 0);
  expect(seen.map(({ as }) => as)).toEqual(["tailored", "cluster"]);
  expect(flows).toEqual([]);
  const forced = run(routingOf([], { mode: "force-cluster" }), wall);
  expect(forced.flows).toEqual([]);
});
