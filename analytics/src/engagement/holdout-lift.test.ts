import { isHeldOut, type Holdout } from "@spillway/shared/routing/holdout.ts";
import type { Routing } from "@spillway/shared/routing/routing.ts";
import { expect, test } from "vitest";
import { insertEvents } from "@spillway/store/events/events.ts";
import { currentHoldout, engagementByUser } from "@spillway/store/events/holdout.ts";
import type { UserEngagement } from "@spillway/shared/protocol/engagement.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { replaceSuspects } from "@spillway/store/operators/suspects.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { holdoutLift } from "./holdout-lift.ts";

const HOLDOUT: Holdout = { share: 0.2, serve: "generic", salt: "test" };
const since = (salt: string) => ({ holdout: { ...HOLDOUT, salt }, sinceMs: 0 });

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Visitor = UserEngagement & { readonly isKeen: boolean };

/**
 * Half of the visitors are keen: they play four times as much, and only they ever get a cluster's page. No
 * page has any effect.
 */
function visitors(count: number, seed: number): Visitor[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, at) => {
    const isKeen = at % 2 === 0;
    const impressions = 5 + Math.floor(random() * 40);
    const rate = (isKeen ? 0.2 : 0.05) * 2 * random();
    const plays = Array.from({ length: impressions }, random).filter((draw) => draw < rate).length;
    return { user: `u${at}`, impressions, plays, isKeen };
  });
}

const rateOf = (some: readonly UserEngagement[]): number =>
  some.reduce((sum, { plays }) => sum + plays, 0) /
  some.reduce((sum, { impressions }) => sum + impressions, 0);

test("finds no lift when there is none, though visitors with cluster pages play more", () => {
  const all = visitors(20_000, 1);
  const [heldOut, others] = [
    all.filter(({ user }) => isHeldOut(HOLDOUT, user)),
    all.filter(({ user }) => !isHeldOut(HOLDOUT, user)),
  ];
  // A comparison of cluster pages with the generic page of the holdout would have found this lift.
  expect(rateOf(others.filter(({ isKeen }) => isKeen)) / rateOf(heldOut) - 1).toBeGreaterThan(0.3);
  const { lift, heldOutUsers, otherUsers } = holdoutLift({ holdout: HOLDOUT, sinceMs: 0 }, all);
  expect([heldOutUsers, otherUsers]).toEqual([heldOut.length, others.length]);
  expect(lift?.lift).toBeCloseTo(rateOf(others) / rateOf(heldOut) - 1, 9);
  expect(lift?.low).toBeLessThan(0);
  expect(lift?.high).toBeGreaterThan(0);
});

test("finds the lift that there is", () => {
  const all = visitors(20_000, 2).map((visitor) =>
    isHeldOut(HOLDOUT, visitor.user) ? visitor : { ...visitor, plays: visitor.plays * 1.5 },
  );
  const { lift } = holdoutLift({ holdout: HOLDOUT, sinceMs: 0 }, all);
  expect(lift?.low).toBeGreaterThan(0.3);
  expect(lift?.high).toBeLessThan(0.7);
});

test("95 % of the intervals of 400 random holdouts without lift contain 0", () => {
  const all = visitors(3000, 3);
  const holding = Array.from({ length: 400 }, (_, draw) => holdoutLift(since(`s${draw}`), all).lift).filter(
    (lift) => lift !== null && lift !== undefined && lift.low < 0 && lift.high > 0,
  );
  // Four standard deviations of the binomial are 4.4 %.
  expect(holding.length / 400).toBeGreaterThan(0.906);
});

const ROUTING: Routing = {
  time_zone: "UTC",
  mode: "auto",
  deadline_ms: 250,
  bands: [{ name: "A", from: "00:00", threshold_per_s: 1 }],
  rules: [],
};
const DAY_MS = 24 * 3600 * 1000;

test("counts only events on pages since these settings, without suspects", () => {
  const database = openForTest(":memory:");
  const push = (holdout: Holdout | undefined, pushedMs: number) =>
    pushRouting(database, { ...ROUTING, holdout }, "", undefined, pushedMs);
  push({ ...HOLDOUT, salt: "other" }, DAY_MS);
  push(HOLDOUT, 2 * DAY_MS);
  push(HOLDOUT, 3 * DAY_MS);
  expect(currentHoldout(database)).toEqual({ holdout: HOLDOUT, sinceMs: 2 * DAY_MS });
  const event = { type: "play", user: "u1", item: "i", timeMs: 0 } as const;
  insertEvents(database, [{ ...event, id: "early" }], DAY_MS);
  insertEvents(
    database,
    [
      { ...event, id: "now" },
      { ...event, id: "shown", type: "impression", servedAs: "cluster", cluster: "made-up" },
      { ...event, id: "query", context: "search" },
      { ...event, id: "bot", user: "bot" },
    ],
    2.5 * DAY_MS,
  );
  replaceSuspects(database, [{ hash: "00ff", user: "bot", why: null, expiresMs: 9 * DAY_MS }], 2.5 * DAY_MS);
  expect([...engagementByUser(database, 2 * DAY_MS, 4 * DAY_MS)]).toEqual([
    { user: "u1", impressions: 1, plays: 1 },
  ]);
  push(undefined, 4 * DAY_MS);
  expect(currentHoldout(database)).toBeUndefined();
});
