/** `--scenario day`: the published day with rate limit + generic page, and the same day with Spillway. */
import { EDGE_PAGE } from "../quality/retention.ts";
import { BANDS, DAY_S, dayModel, FULL_DAY_USERS, type DayParameters } from "./day-model.ts";
import { FITTED_DAY } from "./fitted-day.ts";
import { figuresOf, isMet, PUBLISHED, type FigureKey } from "./published.ts";
import { simulateDay, type SimulatedDay } from "./simulate-day.ts";
import type { StrategyTally } from "./tally.ts";

export type DayOptions = {
  readonly seed: number;
  /**
   * 2,900,000 by default. With fewer users, surges and thresholds are scaled down equally, but chance weighs
   * more within a second, so the published figures are reproduced at full size only.
   */
  readonly users?: number;
  /** `done` and `total` count users, each of whom is walked twice. */
  readonly onProgress?: (done: number, total: number, note?: string) => void;
  /**
   * Quality of a page from the edge, where individual is 1 and generic is 0. By default {@link EDGE_PAGE}.
   */
  readonly retention?: number;
  /**
   * The share of the threshold that the edges' credits use while demand is over it. The default of 0.98 was
   * measured by the fleet simulator.
   */
  readonly utilization?: number;
  /**
   * The share of users whose requests carry no signal, so that their cluster is everybody. The default is 0,
   * because a first visitor without team or campaign still has an entry path, and the index splits by it.
   */
  readonly signallessShare?: number;
  /** The fitted day by default. */
  readonly parameters?: DayParameters;
};

export type DayBand = {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
  readonly thresholdPerSec: number;
  /** Calls in the busiest second. */
  readonly peakPerSec: number;
  readonly secondsOver: number;
  /** Individual responses in the busiest second. */
  readonly fallbackPeakPerSec: number;
  readonly spillwayPeakPerSec: number;
};

export type DayStrategy = StrategyTally & {
  /** Mean over all responses: individual 1, cluster `retention`, generic 0. */
  readonly quality: number;
};

/** The result of a rehearsed day; it is plain JSON. */
export type DayResult = {
  readonly seed: number;
  readonly users: number;
  readonly calls: number;
  readonly retention: number;
  readonly utilization: number;
  readonly signallessShare: number;
  readonly parameters: DayParameters;
  readonly bands: readonly DayBand[];
  readonly surges: readonly { readonly name: string; readonly atS: number; readonly visits: number }[];
  readonly figures: readonly {
    readonly key: FigureKey;
    readonly target: number;
    readonly fallback: number;
    /** True when `fallback` equals the published figure within its tolerance. */
    readonly met: boolean;
    /**
     * The same figure with Spillway. A cluster page counts as unpersonalized here, as the generic page does.
     */
    readonly spillway: number;
  }[];
  readonly fallback: DayStrategy;
  readonly spillway: DayStrategy;
  /** Each series has 1,440 values. */
  readonly perMinute: {
    readonly calls: readonly number[];
    readonly fallbackIndividual: readonly number[];
    readonly spillwayIndividual: readonly number[];
  };
};

/** Rehearses the day. At full size this takes a few seconds. */
export function rehearseDay(options: DayOptions): DayResult {
  const { seed, users = FULL_DAY_USERS, parameters = FITTED_DAY, onProgress } = options;
  const { retention = EDGE_PAGE, utilization = 0.98, signallessShare = 0 } = options;
  const model = dayModel(parameters, users);
  const day = simulateDay(model, { seed, slotS: 1, utilization, signallessShare, onProgress });
  const published = figuresOf(day.fallback);
  const withSpillway = figuresOf(day.spillway);
  return {
    seed,
    users,
    calls: sum(day.calls),
    retention,
    utilization,
    signallessShare,
    parameters,
    bands: BANDS.map((band, at) => dayBand(band, model.thresholdsPerSec[at] ?? 0, day)),
    surges: model.surges.map(({ name, atS, visits }) => ({ name, atS, visits: Math.round(visits) })),
    figures: PUBLISHED.map((figure) => ({
      key: figure.key,
      target: figure.target,
      fallback: published[figure.key],
      met: isMet(figure, published[figure.key]),
      spillway: withSpillway[figure.key],
    })),
    fallback: { ...day.fallback, quality: quality(day.fallback, retention) },
    spillway: { ...day.spillway, quality: quality(day.spillway, retention) },
    perMinute: {
      calls: perMinute(day.calls),
      fallbackIndividual: perMinute(day.fallbackGrants),
      spillwayIndividual: perMinute(day.spillwayGrants),
    },
  };
}

function dayBand(
  { name, fromS, toS }: (typeof BANDS)[number],
  thresholdPerSec: number,
  day: SimulatedDay,
): DayBand {
  const calls = day.calls.subarray(fromS, toS);
  const grants = day.fallbackGrants.subarray(fromS, toS);
  return {
    name,
    fromS,
    toS,
    thresholdPerSec,
    peakPerSec: Math.max(...calls),
    secondsOver: calls.reduce((over, asked, at) => over + (asked > (grants[at] ?? 0) ? 1 : 0), 0),
    fallbackPeakPerSec: Math.max(...grants),
    spillwayPeakPerSec: Math.max(...day.spillwayGrants.subarray(fromS, toS)),
  };
}

function quality({ calls: { individual, cluster, generic } }: StrategyTally, retention: number): number {
  return (individual + retention * cluster) / (individual + cluster + generic);
}

function perMinute(perSecond: Uint32Array): number[] {
  return Array.from({ length: DAY_S / 60 }, (_, minute) =>
    sum(perSecond.subarray(minute * 60, minute * 60 + 60)),
  );
}

function sum(counts: Uint32Array): number {
  return counts.reduce((total, count) => total + count, 0);
}
