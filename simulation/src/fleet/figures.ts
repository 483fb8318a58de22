/** The figures of a run: rates as multiples of the threshold T, shares, and seconds. */
import { DEFAULT_AFTER_S, DEFAULT_BEFORE_S } from "@spillway/shared/admission/armed-windows.ts";
import type { FleetOptions } from "./options.ts";
import type { Scenario } from "./scenario.ts";
import type { Run } from "./fleet-run.ts";
import { perSecond, RUNGS, secondWindows, SLOT_MS, sumOver, type Rung, type Tally } from "./tally.ts";

export type Figures = {
  readonly scenario: string;
  readonly seed: number;
  readonly thresholdPerSec: number;
  readonly arrivals: number;
  /** Requests to the origin in the worst second, divided by T. */
  readonly offeredPeak1s: number;
  /**
   * Mean offered load from 5 s after the step to the end of the spike, divided by T. Null when there is no
   * spike.
   */
  readonly offeredSteady: number | null;
  /**
   * Individual answers begun in the worst second, divided by T. When the band changes within a second, the
   * higher T counts.
   */
  readonly personalizedPeak1s: number;
  /** Individual answers divided by T while the load was over T. Null when it never was. */
  readonly utilization: number | null;
  /**
   * The share of requests that were not served individually before the spike or the outage, after 5 s of
   * warm-up.
   */
  readonly needlessSpill: number;
  /**
   * Requests of an armed window that got a page although the load was calm, in seconds' worth of the threshold.
   * Null where the spike is not expected.
   */
  readonly armedNeedlessS: number | null;
  /**
   * Seconds from the end of the spike, or from the origin's return, until every later second is ≥ 99 %
   * individual, or all but one request of it.
   */
  readonly recoveryS: number | null;
  readonly servedAs: Readonly<Record<Rung, number>>;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly isolates: number;
  readonly isolatesPeak: number;
  /** Requests to a dead origin, divided by T · the outage's length. Null when there was no outage. */
  readonly probesOfThreshold: number | null;
};

const WARM_UP_S = 5;
/** Up to this part of the threshold no request should spill. */
const CALM = 0.9;
const STEADY_AFTER_S = 5;
const RECOVERED = 0.99;

export function figuresOf(options: FleetOptions, scenario: Scenario, run: Run): Figures {
  const { tally } = run;
  const { thresholdPerSec, seed } = options;
  const { wall, outage, durationS } = scenario;
  const total = (series: Uint32Array) => sumOver(series, 0, durationS);
  const endS = wall?.toS ?? outage?.toS;
  return {
    scenario: scenario.name,
    seed,
    thresholdPerSec,
    arrivals: total(tally.arrivals),
    offeredPeak1s: most(secondWindows(tally.offered)) / thresholdPerSec,
    offeredSteady:
      wall === undefined
        ? null
        : sumOver(tally.offered, wall.fromS + STEADY_AFTER_S, wall.toS) /
          (wall.toS - wall.fromS - STEADY_AFTER_S) /
          thresholdPerSec,
    personalizedPeak1s: personalizedPeak(tally, scenario, thresholdPerSec),
    utilization: utilization(tally, scenario, thresholdPerSec),
    needlessSpill: needlessSpill(options, scenario, tally),
    armedNeedlessS: armedNeedlessS(options, scenario, tally),
    recoveryS: endS === undefined || (options.armed && !hasCrowd(scenario)) ? null : recoveryS(tally, endS),
    servedAs: Object.fromEntries(RUNGS.map((rung) => [rung, total(tally.served[rung])])) as Record<
      Rung,
      number
    >,
    failed:
      total(tally.arrivals) -
      RUNGS.reduce((sum, rung) => sum + (rung === "failed" ? 0 : total(tally.served[rung])), 0),
    p50Ms: tally.latencyMs(0.5),
    p99Ms: tally.latencyMs(0.99),
    isolates: run.isolates,
    isolatesPeak: run.isolatesPeak,
    probesOfThreshold:
      outage === undefined ? null : run.probes / (outage.toS - outage.fromS) / thresholdPerSec,
  };
}

/**
 * Measured until the spike or the outage. Without one, it is measured whenever the load has been calm for the
 * warm-up time.
 */
function needlessSpill(
  { deadlineMs }: FleetOptions,
  { wall, outage, loadAt, thresholdAt }: Scenario,
  tally: Tally,
): number {
  // Requests in progress when the spike begins are not served before it.
  const endS = (wall ?? outage)?.fromS ?? Number.POSITIVE_INFINITY;
  const untilS = endS - deadlineMs / 1000;
  let [calm, individual, calmSinceS] = [0, 0, 0];
  for (let second = 0; second + 1 <= Math.min(untilS, tally.seconds); second += 1) {
    if (loadAt(second) > CALM * thresholdAt(second) || loadAt(second + 0.99) > CALM * thresholdAt(second))
      calmSinceS = second + 1;
    if (second < calmSinceS + WARM_UP_S) continue;
    calm += sumOver(tally.arrivals, second, second + 1);
    individual += sumOver(tally.served.individual, second, second + 1);
  }
  return calm === 0 ? 0 : 1 - individual / calm;
}

/** False where the expected crowd does not come: there is nothing to recover from. */
function hasCrowd({ wall, loadAt, thresholdAt }: Scenario): boolean {
  if (wall === undefined) return true;
  for (let atS = wall.fromS; atS < wall.toS; atS += 1) if (loadAt(atS) > thresholdAt(atS)) return true;
  return false;
}

function armedNeedlessS(
  { armed, thresholdPerSec }: FleetOptions,
  { wall, loadAt, thresholdAt }: Scenario,
  tally: Tally,
): number | null {
  if (!armed || wall === undefined) return null;
  let pages = 0;
  const toS = Math.min(tally.seconds, wall.fromS + DEFAULT_AFTER_S);
  for (let second = Math.max(0, wall.fromS - DEFAULT_BEFORE_S); second < toS; second += 1) {
    if (loadAt(second) > CALM * thresholdAt(second) || loadAt(second + 0.99) > CALM * thresholdAt(second))
      continue;
    pages +=
      sumOver(tally.arrivals, second, second + 1) - sumOver(tally.served.individual, second, second + 1);
  }
  return pages / thresholdPerSec;
}

function most(values: Float64Array): number {
  return values.reduce((highest, value) => Math.max(highest, value), 0);
}

function personalizedPeak(tally: Tally, { thresholdAt }: Scenario, thresholdPerSec: number): number {
  return secondWindows(tally.personalized).reduce((highest, sum, slot) => {
    const fromS = (slot * SLOT_MS) / 1000;
    // Thresholds are constant over whole seconds, so the two ends of the second suffice.
    const threshold = Math.max(thresholdAt(fromS), thresholdAt(fromS + 0.999));
    return threshold === 0 ? highest : Math.max(highest, sum / (threshold * thresholdPerSec));
  }, 0);
}

function utilization(
  tally: Tally,
  { loadAt, thresholdAt }: Scenario,
  thresholdPerSec: number,
): number | null {
  let made = 0;
  let possible = 0;
  tally.personalized.forEach((count, slot) => {
    const atS = (slot * SLOT_MS) / 1000;
    if (loadAt(atS) <= thresholdAt(atS)) return;
    made += count;
    possible += (thresholdAt(atS) * thresholdPerSec * SLOT_MS) / 1000;
  });
  return possible === 0 ? null : made / possible;
}

/**
 * Requests count at their arrival. The result is the end of the last second that was not recovered, minus the
 * second that it takes to see it.
 */
function recoveryS(tally: Tally, endS: number): number {
  const arrivals = secondWindows(tally.arrivals);
  const individual = secondWindows(tally.served.individual);
  const from = Math.round((endS * 1000) / SLOT_MS);
  for (let slot = arrivals.length - 1; slot >= from; slot -= 1) {
    // Where a second has fewer than a hundred requests, one is more than a hundredth.
    const [arrived = 0, personal = 0] = [arrivals[slot], individual[slot]];
    if (personal < Math.min(RECOVERED * arrived, arrived - 1)) return ((slot + 1 - from) * SLOT_MS) / 1000;
  }
  return 0;
}

export type SecondSeries = {
  readonly arrivals: readonly number[];
  readonly offered: readonly number[];
  readonly personalized: readonly number[];
  readonly served: Readonly<Record<Rung, readonly number[]>>;
};

export function seriesOf(tally: Tally): SecondSeries {
  return {
    arrivals: perSecond(tally.arrivals),
    offered: perSecond(tally.offered),
    personalized: perSecond(tally.personalized),
    served: Object.fromEntries(RUNGS.map((rung) => [rung, perSecond(tally.served[rung])])) as Record<
      Rung,
      number[]
    >,
  };
}
