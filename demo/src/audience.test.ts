/**
 * The synthetic audience: repeatable, plausible, and dependent on team and entry path exactly when the
 * options say so.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { ENTRY_PATHS, NO_SIGNALS, NONE, signalsSchema } from "@spillway/shared/signals/signals.ts";
import { describe, expect, test } from "vitest";
import { demoAudience, type DemoUser } from "./audience.ts";
import { DEMO_NOW_MS, demoCatalogue } from "./catalogue.ts";

const items = demoCatalogue(DEMO_NOW_MS);
const byId = new Map(items.map((item) => [item.id, item]));
const options = { seed: 1, items, nowMs: DEMO_NOW_MS };
const audience = [...demoAudience(options)];
const indifferent = [...demoAudience({ ...options, entryMatters: false })];

type ItemTest = (item: Item) => boolean;
const isClip: ItemTest = ({ kind }) => kind === "clip";
const isOf =
  (team: string): ItemTest =>
  ({ teams }) =>
    teams.includes(team);

/** The share of such items among each user's plays, for users with plays. */
function shares(users: readonly DemoUser[], holds: ItemTest): number[] {
  return users
    .filter(({ plays }) => plays.length > 0)
    .map(({ plays }) => plays.filter(({ item }) => holds(byId.get(item) as Item)).length / plays.length);
}

function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

/** How many standard errors the users with the signal differ from those without it. */
function zOf(users: readonly DemoUser[], has: (user: DemoUser) => boolean, holds: ItemTest): number {
  const those = meanAndError(shares(users.filter(has), holds));
  const others = meanAndError(
    shares(
      users.filter((user) => !has(user)),
      holds,
    ),
  );
  return (those.mean - others.mean) / Math.hypot(those.error, others.error);
}

function aboutSpain({ signals }: DemoUser): boolean {
  return signals.campaign === "qf-esp-bel";
}

/**
 * The difference between visitors by this entry path and the others, in standard errors, for the kind that
 * differs most.
 */
function largestDifference(users: readonly DemoUser[], entry: string): number {
  const kinds = [...new Set(items.map(({ kind }) => kind))];
  const came = ({ signals }: DemoUser): boolean => signals.entry === entry;
  return Math.max(...kinds.map((kind) => Math.abs(zOf(users, came, (item) => item.kind === kind))));
}

describe("the synthetic audience", () => {
  test("has 20,000 users by default, with valid signals, of which those from the history say nothing", () => {
    expect(audience.map(({ user }) => user)).toEqual(Array.from({ length: 20_000 }, (_, at) => `u${at + 1}`));
    for (const { signals } of audience) {
      expect(signalsSchema.safeParse(signals).success).toBe(true);
      const { affinity, recency, depth } = signals;
      expect({ affinity, recency, depth }).toEqual({
        affinity: NO_SIGNALS.affinity,
        recency: NO_SIGNALS.recency,
        depth: NO_SIGNALS.depth,
      });
    }
  });

  test("is the same for the same seed, another for another, and a shorter one is its beginning", () => {
    const hundred = [...demoAudience({ ...options, users: 100 })];
    expect(hundred).toEqual(audience.slice(0, 100));
    expect([...demoAudience({ ...options, seed: 2, users: 100 })]).not.toEqual(hundred);
  });

  test("plays only available items, none twice, oldest first, matches from kick-off on", () => {
    const wrong = audience.flatMap(({ plays }) =>
      plays.filter(({ item, timeMs, weight }, at) => {
        const { kind, availableFrom, availableUntil, publishedAt, startsAt } = byId.get(item) as Item;
        const fromMs = Date.parse((kind === "match" ? startsAt : (availableFrom ?? publishedAt)) ?? "");
        const toMs = Math.min(DEMO_NOW_MS, Date.parse(availableUntil ?? "2100-01-01T00:00:00Z") - 1);
        const inOrder = at === 0 || (plays[at - 1]?.timeMs ?? Infinity) <= timeMs;
        return !(timeMs >= fromMs && timeMs <= toMs && inOrder && (weight === 1 || weight === 0.3));
      }),
    );
    expect(wrong).toEqual([]);
    expect(
      audience.filter(({ plays }) => new Set(plays.map(({ item }) => item)).size < plays.length),
    ).toEqual([]);
  });

  test("has 10–15 % without plays, 25–30 % without team, and heavy-tailed visits", () => {
    const shareOf = (has: (user: DemoUser) => boolean): number =>
      audience.filter(has).length / audience.length;
    expect(shareOf(({ plays }) => plays.length === 0)).toBeGreaterThan(0.1);
    expect(shareOf(({ plays }) => plays.length === 0)).toBeLessThan(0.15);
    expect(shareOf(({ signals }) => signals.team === NONE)).toBeGreaterThan(0.25);
    expect(shareOf(({ signals }) => signals.team === NONE)).toBeLessThan(0.3);
    const visits = audience.map((user) => user.visits).toSorted((a, b) => a - b);
    expect(visits.at(0)).toBe(1);
    expect(visits.at(-1)).toBe(60);
    expect(visits[visits.length / 2]).toBeLessThan(8);
  });

  test("contains every team and every entry path", () => {
    expect(new Set(audience.map(({ signals }) => signals.team)).size).toBe(49);
    expect(new Set(audience.map(({ signals }) => signals.entry))).toEqual(new Set(ENTRY_PATHS));
  });

  test.each(["ESP", "BEL", "JPN", "CUW"])(
    "fans of %s play its items at least five times as much as others",
    (team) => {
      const fans = meanAndError(
        shares(
          audience.filter(({ signals }) => signals.team === team),
          isOf(team),
        ),
      );
      const others = meanAndError(
        shares(
          audience.filter(({ signals }) => signals.team !== team),
          isOf(team),
        ),
      );
      expect(fans.mean).toBeGreaterThan(5 * others.mean);
    },
  );

  test("visitors from social play relatively more clips than those from search", () => {
    const [social, search] = ["social", "search"].map((entry) =>
      meanAndError(
        shares(
          audience.filter(({ signals }) => signals.entry === entry),
          isClip,
        ),
      ),
    );
    expect(social?.mean).toBeGreaterThan(3 * (search?.mean ?? Infinity));
  });

  test("yields users without plays for an empty catalogue", () => {
    const users = [...demoAudience({ ...options, items: [], users: 50 })];
    expect(users.flatMap(({ plays }) => plays)).toEqual([]);
    expect(users).toHaveLength(50);
  });
});

describe("an audience whose taste does not depend on entry path", () => {
  // A difference of 4.5 standard errors is chance once in 150,000.
  const NOISE = 4.5;

  test.each(ENTRY_PATHS)("plays every kind equally, coming by %s or not", (entry) => {
    expect(largestDifference(indifferent, entry)).toBeLessThan(NOISE);
  });

  // A visit that moves on inside the site (internal) says nothing about the visitor.
  test.each(ENTRY_PATHS.filter((entry) => entry !== "internal"))(
    "differs from one where %s matters",
    (entry) => {
      expect(largestDifference(audience, entry)).toBeGreaterThan(2 * NOISE);
    },
  );

  test("follows links that are independent of its teams", () => {
    expect(Math.abs(zOf(indifferent, aboutSpain, isOf("ESP")))).toBeLessThan(NOISE);
    expect(zOf(audience, aboutSpain, isOf("ESP"))).toBeGreaterThan(2 * NOISE);
  });

  test("still follows its teams", () => {
    expect(zOf(indifferent, ({ signals }) => signals.team === "ESP", isOf("ESP"))).toBeGreaterThan(2 * NOISE);
  });
});
