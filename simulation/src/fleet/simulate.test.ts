import { describe, expect, test } from "vitest";
import { checkBounds } from "./bounds.ts";
import { figuresOf, type Figures } from "./figures.ts";
import { DEFAULT_FLEET, type FleetOptions } from "./options.ts";
import { scenario, SCENARIO_NAMES, type ScenarioName } from "./scenario.ts";
import { simulate } from "./simulate.ts";
import { Tally } from "./tally.ts";

/** A smaller fleet, so that a run takes a second or less. */
const SMALL: FleetOptions = { ...DEFAULT_FLEET, thresholdPerSec: 200, locations: 100 };

function rehearse(name: ScenarioName, options = SMALL, base = 0.5): Figures {
  const played = scenario(name, { base, peak: 30 });
  return figuresOf(options, played, simulate(options, played));
}

describe("a simulated fleet", () => {
  test.each(SCENARIO_NAMES)(
    "in %s personalizes within the bound, fails nobody, and serves everybody once",
    (name) => {
      const figures = rehearse(name);
      const { personalizedPeak1s, failed, servedAs, arrivals } = figures;
      expect(personalizedPeak1s).toBeLessThanOrEqual(1.05);
      expect(failed).toBe(0);
      expect(Object.values(servedAs).reduce((sum, count) => sum + count, 0)).toBe(arrivals);
      expect(servedAs.generic + servedAs.builtin).toBe(0);
    },
  );

  test("in a kick-off keeps every promise", () => {
    expect(
      checkBounds(rehearse("kickoff"), 0.5).filter(
        ({ ok, figure }) => !ok && !figure.startsWith("offered, steady"),
      ),
    ).toEqual([]);
  });

  test("in an outage probes little and recovers within five seconds of the return", () => {
    const figures = rehearse("origin-down", { ...DEFAULT_FLEET, locations: 300 });
    expect(figures.probesOfThreshold).toBeLessThanOrEqual(0.01);
    expect(figures.recoveryS).toBeLessThanOrEqual(5);
  });

  test("gives the same figures for the same seed, and others for another", () => {
    expect(rehearse("flap")).toEqual(rehearse("flap"));
    expect(rehearse("flap", { ...SMALL, seed: 2 })).not.toEqual(rehearse("flap"));
  });

  test("shares the threshold among several origins", () => {
    const { personalizedPeak1s, utilization } = rehearse("kickoff", { ...SMALL, originInstances: 4 });
    expect(personalizedPeak1s).toBeLessThanOrEqual(1.05);
    expect(utilization).toBeGreaterThan(0.85);
  });

  test("offers hardly more than the threshold where the crowd is expected, and much more where it is not", () => {
    const expected = rehearse("kickoff", { ...SMALL, armed: true });
    expect(expected.offeredPeak1s).toBeLessThanOrEqual(1.5);
    expect(rehearse("kickoff").offeredPeak1s).toBeGreaterThan(1.7);
    expect(checkBounds(expected, 0.5).map(({ figure }) => figure)).toContain("needless pages while armed");
    expect(expected.utilization).toBeGreaterThan(0.9);
  });

  test("of several origins offers hardly more either where the crowd is expected", () => {
    const options = { ...SMALL, locations: 30, originInstances: 4, armed: true };
    const { offeredPeak1s, utilization } = rehearse("kickoff", options);
    expect(offeredPeak1s).toBeLessThanOrEqual(1.5);
    expect(utilization).toBeGreaterThan(0.85);
  });

  test("costs ten seconds' worth of the threshold where a crowd is expected and does not come", () => {
    const played = scenario("kickoff", { base: 0.5, peak: 0.5 });
    const options = { ...SMALL, armed: true };
    const figures = figuresOf(options, played, simulate(options, played));
    expect(figures.armedNeedlessS).toBeGreaterThan(5);
    expect(figures.armedNeedlessS).toBeLessThan(12);
    expect(checkBounds(figures, 0.5).filter(({ ok }) => !ok)).toEqual([]);
  });

  test("has recovered where one request of a second gets a page, and not where two do", () => {
    const played = scenario("kickoff", { base: 0.5, peak: 2 });
    const run = simulate(SMALL, played);
    const late = (pages: number): number | null => {
      const tally = new Tally(played.durationS);
      for (let atMs = 45_000; atMs < 60_000; atMs += 20) {
        tally.arrive(atMs);
        tally.serve(atMs >= 50_000 && atMs < 50_000 + 20 * pages ? "cluster" : "individual", atMs, 1);
      }
      return figuresOf(SMALL, played, { ...run, tally }).recoveryS;
    };
    expect(late(1)).toBe(0);
    expect(late(2)).toBeCloseTo(5.01, 1);
  });

  test("breaks a bound with worse figures, so the check can fail", () => {
    const figures: Figures = { ...rehearse("kickoff"), personalizedPeak1s: 1.2, utilization: 0.5 };
    expect(
      checkBounds(figures, 0.5)
        .filter(({ ok }) => !ok)
        .map(({ figure }) => figure),
    ).toEqual(expect.arrayContaining(["personalized, worst second", "utilization while over"]));
  });
});
