import { describe, expect, it } from "vitest";
import { DEFAULT_FLEET } from "../fleet/options.ts";
import { compareStrategies, type StrategyComparison, type StrategyOptions } from "./compare.ts";
import type { StrategyName } from "./outcome.ts";
import { strategyCharts } from "./strategy-charts.ts";
import { strategyTable } from "./strategy-table.ts";

/** A small fleet and a short spike, which still outlasts the autoscaler's reaction. */
const SMALL: StrategyOptions = {
  fleet: { ...DEFAULT_FLEET, thresholdPerSec: 50, locations: 10 },
  base: 0.5,
  peak: 8,
  retention: 0.7,
  parameters: {
    spikeHoldS: 100,
    spikeFallS: 20,
    hpaMetricsS: 15,
    nodeStartS: 15,
    podStartS: 15,
    queueLimit: 25,
  },
};
const progress: number[] = [];
const small = compareStrategies({ ...SMALL, onProgress: (done, total) => progress.push(done / total) });

function of({ strategies }: StrategyComparison, name: StrategyName) {
  const outcome = strategies.find(({ strategy }) => strategy === name);
  if (outcome === undefined) throw new RangeError(`no strategy ${name}`);
  return outcome;
}

describe("compareStrategies", () => {
  it("gives every strategy the same arrivals", () => {
    const [first, ...others] = small.strategies.map(({ perSecond }) => perSecond.arrivals);
    expect(others).toEqual([first, first, first]);
    expect(small.strategies.map(({ requests }) => requests)).toEqual(
      small.strategies.map(({ perSecond }) => perSecond.arrivals.reduce((sum, count) => sum + count, 0)),
    );
  });

  it("counts how every request ended", () => {
    for (const { shares, late } of small.strategies) {
      const { individual, cluster, generic, failed } = shares;
      expect(individual + cluster + generic + failed).toBeCloseTo(1, 12);
      expect(Math.min(individual, cluster, generic, failed)).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(failed);
    }
  });

  it.each([1, 2])("never fails and never serves a generic page with micro-clusters (seed %i)", (seed) => {
    const comparison = seed === 1 ? small : compareStrategies({ ...SMALL, fleet: { ...SMALL.fleet, seed } });
    const { shares, quality } = of(comparison, "clusters");
    expect(shares.failed).toBe(0);
    expect(shares.generic).toBe(0);
    expect(shares.cluster).toBeGreaterThan(0.1);
    expect(quality).toBeGreaterThan(of(comparison, "generic").quality);
  });

  it("loses requests with autoscaling only, but not with a rate limit or preparation", () => {
    expect(of(small, "autoscaling").shares.failed).toBeGreaterThan(0.1);
    expect(of(small, "generic").shares.failed).toBe(0);
    expect(of(small, "prepared").shares.failed).toBe(0);
  });

  it("loses requests with preparation when the forecast was far too small", () => {
    const { parameters } = SMALL;
    const comparison = compareStrategies({ ...SMALL, parameters: { ...parameters, forecast: 0.3 } });
    expect(of(comparison, "prepared").shares.failed).toBeGreaterThan(0.1);
  });

  it("reports the time from which on 95 % are served individually", () => {
    const { backS, perSecond } = of(small, "clusters");
    const isBack = perSecond.arrivals.map(
      (asked, second) => (perSecond.individual[second] ?? 0) >= 0.95 * asked,
    );
    const at = small.stepS + (backS ?? 0);
    expect(backS).toBeGreaterThan(0);
    expect(isBack[at - 1]).toBe(false);
    expect(isBack.slice(at).every(Boolean)).toBe(true);
    expect(of(small, "prepared").backS).toBe(0);
  });

  it("counts what preparation and precomputing cost", () => {
    expect(of(small, "prepared").instanceHours).toBeGreaterThan(of(small, "generic").instanceHours);
    expect(of(small, "clusters").instanceHours).toBe(of(small, "autoscaling").instanceHours);
    expect(of(small, "clusters").precomputeHours).toBeCloseTo((small.accountedS / 60) * (20 / 3600), 9);
  });

  it("gives the same comparison for the same seed, and another one for another", () => {
    expect(compareStrategies(SMALL)).toEqual(small);
    const other = compareStrategies({ ...SMALL, fleet: { ...SMALL.fleet, seed: 9 } });
    expect(other.strategies[0]?.requests).not.toBe(small.strategies[0]?.requests);
  });

  it("refuses a spike below the base load", () => {
    expect(() => compareStrategies({ ...SMALL, peak: 0.2 })).toThrow("--peak");
  });

  it("reports its progress to the end", () => {
    expect(progress.toSorted((one, other) => one - other)).toEqual(progress);
    expect(progress.at(-1)).toBeGreaterThan(0.99);
  });
});

describe("strategyTable", () => {
  it("has a row for each strategy and a cell for each column", () => {
    const { head, rows, align } = strategyTable(small);
    expect(rows).toHaveLength(4);
    expect(new Set([...rows, align ?? []].map(({ length }) => length))).toEqual(new Set([head.length]));
  });

  it("prints never when the share does not come back", () => {
    const [first, ...others] = small.strategies;
    if (first === undefined) throw new RangeError("no strategies");
    const table = strategyTable({ ...small, strategies: [{ ...first, backS: null }, ...others] });
    expect(table.rows[0]).toContain("never");
  });
});

describe("strategyCharts", () => {
  it("draws every second of the run, from before the step", () => {
    const { reactionGap, individualShare, quality } = strategyCharts(small);
    for (const { x, lines } of [reactionGap, individualShare, quality]) {
      expect(x[0]).toBe(-small.stepS);
      expect(lines.map(({ values }) => values.length)).toEqual(lines.map(() => x.length));
    }
    expect(reactionGap.bands).toEqual([expect.objectContaining({ from: 0, to: small.reactionGapS })]);
  });
});
