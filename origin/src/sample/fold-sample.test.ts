import { tupleWith } from "@spillway/shared/test/decision-tuple.ts";
import { describe, expect, it } from "vitest";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { NO_SIGNALS, type Signals } from "@spillway/shared/signals/signals.ts";
import { FEWEST_VISITORS, foldSample, type PendingTuple } from "./fold-sample.ts";
import { looksLikeAnId, looksLikeMail } from "./looks-like-an-id.ts";

const TUPLE = tupleWith();

function visits(
  count: number,
  signals: Partial<Signals> = {},
  change: Partial<DecisionTuple> = {},
  from = 0,
): PendingTuple[] {
  return Array.from({ length: count }, (_, at) => ({
    tuple: { ...TUPLE, signals: { ...NO_SIGNALS, ...signals }, ...change },
    visitor: `v${from + at}`,
  }));
}

/** Everything that tells one tuple from another, but minute, version and weight. */
function classOf(tuple: DecisionTuple): string {
  return JSON.stringify({ ...tuple, minute: 0, version: 0, weight: 1 });
}

function weightOf(tuples: readonly DecisionTuple[]): number {
  return tuples.reduce((sum, { weight }) => sum + weight, 0);
}

describe("folding a day's tuples", () => {
  it("leaves what ten visitors have as it is", () => {
    const { tuples, withheld } = foldSample(visits(10, { campaign: "qf", team: "ESP" }));
    expect(tuples.map(({ signals, folded }) => [signals.campaign, signals.team, folded])).toEqual(
      Array.from({ length: 10 }, () => ["qf", "ESP", undefined]),
    );
    expect(withheld).toEqual({ tuples: 0, weight: 0 });
  });

  it("counts a visitor once, however often they come", () => {
    const nine = Array.from({ length: 5 }, () => visits(9, { campaign: "anna" })).flat();
    const { tuples } = foldSample([...nine, ...visits(50, {}, {}, 100)]);
    expect(JSON.stringify(tuples)).not.toContain("anna");
    expect(tuples.filter(({ folded }) => folded?.includes("campaign"))).not.toHaveLength(0);
  });

  it("takes a rare text, and leaves the rest of its tuple where that is common", () => {
    const rare = Array.from({ length: 30 }, (_, at) =>
      visits(1, { team: "ESP", campaign: `only-${at}x` }, {}, at),
    ).flat();
    const { tuples } = foldSample([...rare, ...visits(50, { team: "ESP", campaign: "qf" }, {}, 100)]);
    const folded = tuples.filter((tuple) => tuple.folded !== undefined);
    expect(folded).toHaveLength(30);
    for (const { signals, folded: fields } of folded) {
      expect([signals.team, signals.campaign, fields]).toEqual(["ESP", "other", ["campaign"]]);
    }
  });

  it("takes what rules seldom ask for before what they are made by", () => {
    const depths = ["new", "casual", "regular", "deep"] as const;
    const pending = depths.flatMap((depth, at) => visits(9, { campaign: "qf", depth }, {}, 9 * at));
    const others = depths.flatMap((depth, at) => visits(40, { depth }, {}, 100 + 40 * at));
    const { tuples } = foldSample([...pending, ...others]);
    const ofCampaign = tuples.filter(({ signals }) => signals.campaign === "qf");
    expect(ofCampaign).toHaveLength(36);
    expect(new Set(ofCampaign.map(({ folded }) => folded?.join()))).toEqual(new Set(["recency,depth"]));
  });

  it("withholds an outcome of fewer than ten visitors, and says how much that was", () => {
    const rare = visits(9, {}, { as: "builtin", reason: "origin-error" });
    const { tuples, withheld } = foldSample([...rare, ...visits(40, {}, {}, 100)]);
    expect(tuples.every(({ as }) => as === "cluster")).toBe(true);
    expect(withheld).toEqual({ tuples: 9, weight: 18 });
  });

  it("joins the last few of an outcome with as many of its largest group as they lack, so that totals stay", () => {
    const { tuples, withheld } = foldSample([
      ...visits(3, { team: "BEL", entry: "ad" }),
      ...visits(12, { team: "ESP", entry: "search" }, {}, 100),
      ...visits(400, { team: "GER" }, {}, 1000),
    ]);
    expect(withheld.tuples).toBe(0);
    expect(tuples).toHaveLength(415);
    expect(tuples.filter(({ signals }) => signals.team === "GER")).toHaveLength(393);
    expect(tuples.filter(({ signals }) => signals.team === "ESP")).toHaveLength(12);
    expect(tuples.some(({ signals }) => signals.team === "BEL")).toBe(false);
  });

  it("folds all of an outcome where its groups are too small to leave some", () => {
    const { tuples } = foldSample([...visits(3, { team: "BEL" }), ...visits(12, { team: "ESP" }, {}, 100)]);
    expect(new Set(tuples.map(({ signals }) => signals.team))).toEqual(new Set(["other"]));
    expect(tuples).toHaveLength(15);
  });

  it("never shows a mail address, and what looks like an id only where a hundred have it", () => {
    const mail = visits(200, { campaign: "anna-smith-example-com" });
    const id = visits(60, { campaign: "sub-20938471" }, {}, 1000);
    const campaignNumber = visits(150, { campaign: "120210000000451" }, {}, 2000);
    const shown = new Set(
      foldSample([...mail, ...id, ...campaignNumber]).tuples.map(({ signals }) => signals.campaign),
    );
    expect(shown).toEqual(new Set(["other", "120210000000451"]));
  });

  it("of any day, shows no tuple that fewer than ten visitors have, and loses no weight but what it says", () => {
    const draw = seededRandom(35);
    const pick = <Value>(values: readonly Value[]): Value =>
      values[Math.floor(draw() ** 2 * values.length)] as Value;
    const codes = Array.from({ length: 40 }, (_, at) => `C${at}`);
    for (let day = 0; day < 15; day += 1) {
      const visitors = 5 + Math.floor(draw() * 400);
      const pending = Array.from({ length: 1500 }, (_, minute): PendingTuple => ({
        visitor: `v${Math.floor(draw() * visitors)}`,
        // Its minute tells which one a tuple was.
        tuple: {
          ...TUPLE,
          minute,
          as: pick(["cluster", "individual", "generic", "builtin"]),
          rule: pick([undefined, undefined, "press", "late"]),
          cluster: pick(codes).toLowerCase(),
          country: pick(["ES", "DE", "FR", undefined]),
          signals: {
            team: pick(codes),
            entry: pick(["direct", "ad", "social"]),
            campaign: pick(codes),
            event: pick(["none", "final"]),
            affinity: pick(codes),
            recency: pick(["none", "fresh", "mixed"]),
            depth: pick(["new", "casual", "deep"]),
            device: pick(["tv", "mobile", "desktop"]),
            region: pick(["ES", "DE", "FR"]),
          },
          weight: 1 + draw() * 9,
        },
      }));
      const { tuples, withheld } = foldSample(pending);
      const visitorsOf = Map.groupBy(tuples, classOf);
      for (const of of visitorsOf.values()) {
        const distinct = new Set(of.map(({ minute }) => pending[minute]?.visitor));
        expect(distinct.size).toBeGreaterThanOrEqual(FEWEST_VISITORS);
      }
      expect(weightOf(tuples) + withheld.weight).toBeCloseTo(weightOf(pending.map(({ tuple }) => tuple)), 6);
      expect(tuples.length + withheld.tuples).toBe(1500);
    }
  });
});

describe("what may name a person", () => {
  it.each([
    "anna-smith-example-com",
    "a_b-gmail-com",
    "j-doe-company-co-uk".replace("-co-uk", "-com-uk"),
    "ana-gmx-de",
  ])("a mail address: %s", (value) => {
    expect(looksLikeMail(value)).toBe(true);
  });
  it.each([
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "user-12345",
    "u42",
    "v_3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "49-170-1234567",
    "203-0-113-7",
    "cust_99871",
    "9f86d081884c7d659a2feaa0c55ad015",
    "mjq0zt4k1v8x2b7n5c3d",
  ])("an id: %s", (value) => {
    expect(looksLikeAnId(value)).toBe(true);
  });
  it.each([
    "qf-esp-bel",
    "summer-2026",
    "none",
    "match-20260710",
    "fan-zone",
    "press-day",
    "kick-off",
    "world-cup-final",
    "ab-test-2",
  ])("neither: %s", (value) => {
    expect([looksLikeMail(value), looksLikeAnId(value)]).toEqual([false, false]);
  });
});
