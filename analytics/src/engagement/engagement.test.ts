import { describe, expect, test } from "vitest";
import type { EngagementRow } from "@spillway/shared/protocol/engagement.ts";
import { engagementReport, type EngagementReport } from "./engagement.ts";
import { engagementText } from "./engagement-text.ts";

function row(fields: Partial<EngagementRow>): EngagementRow {
  return {
    day: 20_000,
    servedAs: "cluster",
    cluster: "esp",
    generation: 3,
    context: "homepage",
    attribution: "verified",
    reason: "shown",
    holdout: 0,
    events: 110,
    impressions: 100,
    clicks: 8,
    plays: 2,
    completes: 0,
    hides: 0,
    ...fields,
  };
}

function reportOf(rows: readonly EngagementRow[], cluster?: string): EngagementReport {
  return engagementReport({ rows, from: "2026-07-01", to: "2026-07-07", cluster, holdout: undefined });
}

const ROWS = [
  row({}),
  row({ day: 20_001, generation: 4, impressions: 300, clicks: 12, plays: 6, events: 318 }),
  row({ servedAs: "individual", attribution: "plausible", reason: "not-stored", plays: 9 }),
  row({ servedAs: "generic", cluster: "generic", plays: 1, holdout: 1 }),
  row({ attribution: "contradicted", reason: "not-on-page", impressions: 1000, events: 1000 }),
];

describe("the engagement report", () => {
  test("adds up days and generations by path, best rung first, without what is contradicted", () => {
    const { paths } = reportOf(ROWS);
    expect(
      paths.map(({ servedAs, holdout, impressions, plays }) => [servedAs, holdout, impressions, plays]),
    ).toEqual([
      ["individual", false, 100, 9],
      ["cluster", false, 400, 8],
      ["generic", true, 100, 1],
    ]);
    expect(paths[1]?.clickRate?.rate).toBeCloseTo(0.05, 9);
  });

  test("lists clusters, and their generations newest first", () => {
    const { clusters, generations } = reportOf(ROWS);
    expect(clusters.map(({ cluster, impressions }) => [cluster, impressions])).toEqual([
      ["esp", 400],
      ["generic", 100],
    ]);
    expect(generations.map(({ cluster, generation }) => [cluster, generation])).toEqual([
      ["esp", 4],
      ["esp", 3],
      ["generic", 3],
    ]);
  });

  test("counts all events by their attribution", () => {
    expect(reportOf(ROWS).attribution).toContainEqual({
      attribution: "contradicted",
      reason: "not-on-page",
      events: 1000,
    });
  });

  test("gives no rate without impressions", () => {
    const { paths } = reportOf([row({ impressions: 0 })]);
    expect(paths[0]).toMatchObject({ impressions: 0, clicks: 8, clickRate: null, playRate: null });
  });

  test("can be limited to one cluster", () => {
    expect(reportOf(ROWS, "generic").paths.map(({ servedAs }) => servedAs)).toEqual(["generic"]);
  });

  test("compares rungs as observed, without visitors who are held out", () => {
    const { observed, holdout } = reportOf([
      ...ROWS,
      row({ servedAs: "generic", cluster: "generic", plays: 3 }),
    ]);
    expect(holdout).toBeNull();
    expect(observed.map(({ of, lift }) => [of, lift?.lift.toFixed(2)])).toEqual([
      ["individual", "2.00"],
      ["tailored", undefined],
      ["cluster", "-0.33"],
      ["parent", undefined],
    ]);
  });

  test("states the assumption of the holdout's interval", () => {
    const holdout = {
      holdout: { share: 0.1, serve: "generic", salt: "" },
      sinceMs: Date.parse("2026-07-02T00:00:00Z"),
      lift: { lift: 0.2, low: 0.1, high: 0.3 },
      heldOutUsers: 1000,
      otherUsers: 9000,
    } as const;
    const text = engagementText(
      engagementReport({ rows: ROWS, from: "2026-07-01", to: "2026-07-07", cluster: undefined, holdout }),
    );
    expect(text).toMatch(
      /^9,000 visitors not held out +1,000 held out \(generic\) +\+20\.0 % \(\+10\.0 to \+30\.0\)$/m,
    );
    expect(text).toContain("since 2026-07-02T00:00:00.000Z");
    expect(text).toContain("takes visitors for independent");
  });

  test("reads as a table", () => {
    const text = engagementText(reportOf(ROWS));
    expect(text).toContain("Engagement of 2026-07-01 to 2026-07-07 (UTC): 1,648 events");
    expect(text).toMatch(/^cluster +400 +20 +8 +0 +5\.00 % \(3\.26–7\.60\) +2\.00 % \(1\.02–3\.90\)$/m);
    expect(text).toMatch(/^contradicted +the page did not show the item +1,000 +60\.68 %$/m);
  });
});
