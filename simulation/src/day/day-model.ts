/**
 * The model of a day: who comes when, how often and for how many calls, the surges, and each band's
 * threshold.
 */

export const DAY_S = 86_400;
const HOUR_S = 3600;
/** The number of distinct users on the published day. */
export const FULL_DAY_USERS = 2_900_000;

/**
 * Bands by local time. The published figures speak of "prime time" and "Band C", which are taken to be the
 * same five hours with about 1.5 million users: docs/concepts.md#thresholds-and-routing calls prime time C.
 */
export const BANDS = [
  { name: "A overnight", fromS: 0, toS: 7 * HOUR_S },
  { name: "B daytime", fromS: 7 * HOUR_S, toS: 19 * HOUR_S },
  { name: "C prime time", fromS: 19 * HOUR_S, toS: DAY_S },
] as const;
export const PRIME = BANDS.length - 1;

/**
 * Relative number of calm visits in each hour of the day. It is assumed, with the usual shape of an evening
 * medium: the minimum is at five in the morning, the maximum towards ten in the evening. The hours of prime
 * time are scaled so that their share is `primeShare`.
 */
const HOURLY = [38, 24, 14, 9, 7, 7, 10, 17, 24, 28, 31, 34, 38, 41, 42, 42, 44, 49, 56, 66, 78, 86, 80, 56];

/**
 * The times of the surges. `weight` is a surge's size relative to the largest of its band. The model is a
 * match day with a premiere at midnight and one in the morning. Some viewers stop before the end, so final
 * whistles are smaller than kick-offs. In prime time 4 % of users lose 2 % of calls, which is half of an
 * average user's calls: that takes one deep surge. So the late match's whistle, after which people go to bed,
 * is taken to stay under the threshold.
 */
const SURGES = [
  { name: "premiere at midnight", atS: 0, weight: 1 },
  { name: "kick-off overseas", atS: 3 * HOUR_S, weight: 0.5 },
  { name: "premiere", atS: 9 * HOUR_S, weight: 0.7 },
  { name: "kick-off", atS: 13 * HOUR_S, weight: 1 },
  { name: "final whistle", atS: 14.8 * HOUR_S, weight: 0.7 },
  { name: "kick-off", atS: 16.25 * HOUR_S, weight: 1 },
  { name: "final whistle", atS: 18.05 * HOUR_S, weight: 0.7 },
  { name: "kick-off", atS: 21 * HOUR_S, weight: 1 },
] as const;

/** The parameters that the fit searches. {@link RANGES} says within which bounds, and why. */
export type DayParameters = {
  /** The share of users who come once in the day. */
  readonly oneVisitShare: number;
  /** Mean visits in the day of the users who come more than once; at least 2. */
  readonly regularVisits: number;
  /** How many times as likely a visit of a once-a-day user is to be at a surge as a visit of the others. */
  readonly oneVisitSurgeFactor: number;
  /** Mean calls in one visit; at least 1. */
  readonly callsPerVisit: number;
  /** Mean seconds between two calls of a visit. */
  readonly gapS: number;
  /** Mean seconds from the event to the arrival of a surge's visitor. */
  readonly surgeMeanS: number;
  /** The share of calm visits that begin in prime time. */
  readonly primeShare: number;
  /** Visits of the largest surge of each band, divided by the day's users. */
  readonly overnightSurge: number;
  readonly daytimeSurge: number;
  readonly primeSurge: number;
  /** The threshold of each band, divided by its highest calm load. */
  readonly overnightHeadroom: number;
  readonly daytimeHeadroom: number;
  readonly primeHeadroom: number;
};

export type Surge = {
  readonly name: string;
  readonly atS: number;
  readonly band: number;
  readonly visits: number;
};

export type DayModel = {
  readonly parameters: DayParameters;
  readonly users: number;
  /** The probability that a visit is at a surge, for once-a-day users and for the others. */
  readonly surgeShares: readonly [once: number, regular: number];
  readonly surges: readonly Surge[];
  /** The start of calm visits in seconds of the day, at evenly spaced quantiles. */
  readonly calmQuantilesS: Float64Array;
  /** The threshold of each band, for this number of users. */
  readonly thresholdsPerSec: readonly number[];
};

/** The band that holds second `atS` of the day. */
export function bandAt(atS: number): number {
  return BANDS.findIndex(({ toS }) => atS < toS);
}

/**
 * Builds the model. When `users` is less than the full day's, thresholds and surges are scaled down with it.
 */
export function dayModel(parameters: DayParameters, users: number): DayModel {
  const { oneVisitShare, oneVisitSurgeFactor, regularVisits, callsPerVisit } = parameters;
  const regularVisitsPerUser = (1 - oneVisitShare) * regularVisits;
  const largest = [parameters.overnightSurge, parameters.daytimeSurge, parameters.primeSurge];
  const surges = SURGES.map(({ name, atS, weight }) => {
    const band = bandAt(atS);
    return { name, atS, band, visits: weight * (largest[band] ?? 0) * users };
  });
  const surgeVisits = surges.reduce((sum, { visits }) => sum + visits, 0);
  const regularShare = surgeVisits / (users * (oneVisitShare * oneVisitSurgeFactor + regularVisitsPerUser));
  const surgeShares = [oneVisitSurgeFactor * regularShare, regularShare] as const;
  const density = calmDensity(parameters.primeShare);
  const calmCalls = (users * (oneVisitShare + regularVisitsPerUser) - surgeVisits) * callsPerVisit;
  const headrooms = [parameters.overnightHeadroom, parameters.daytimeHeadroom, parameters.primeHeadroom];
  const thresholdsPerSec = BANDS.map(({ fromS, toS }, band) => {
    const peak = Math.max(...density.slice(fromS / MINUTE_S, toS / MINUTE_S));
    return (headrooms[band] ?? 0) * calmCalls * (peak / MINUTE_S);
  });
  return { parameters, users, surgeShares, surges, calmQuantilesS: quantiles(density), thresholdsPerSec };
}

const MINUTE_S = 60;

/**
 * Returns the share of calm visits that begin in each minute: {@link HOURLY}, interpolated between the
 * middles of the hours.
 */
function calmDensity(primeShare: number): number[] {
  const minutes = Array.from({ length: DAY_S / MINUTE_S }, (_, minute) => {
    const hour = minute / 60 - 0.5;
    const [before, share] = [Math.floor(hour), hour - Math.floor(hour)];
    return (HOURLY[(before + 24) % 24] ?? 0) * (1 - share) + (HOURLY[(before + 1) % 24] ?? 0) * share;
  });
  const primeFrom = (BANDS[PRIME]?.fromS ?? 0) / MINUTE_S;
  const inPrime = minutes.slice(primeFrom).reduce((sum, value) => sum + value, 0);
  const outside = minutes.slice(0, primeFrom).reduce((sum, value) => sum + value, 0);
  return minutes.map((value, minute) =>
    minute >= primeFrom ? (value / inPrime) * primeShare : (value / outside) * (1 - primeShare),
  );
}

const QUANTILES = 4096;

function quantiles(density: readonly number[]): Float64Array {
  const found = new Float64Array(QUANTILES + 1);
  let [minute, below] = [0, 0];
  for (let at = 0; at <= QUANTILES; at += 1) {
    const target = at / QUANTILES;
    while (minute < density.length - 1 && below + (density[minute] ?? 0) < target) {
      below += density[minute] ?? 0;
      minute += 1;
    }
    found[at] = Math.min(DAY_S, (minute + (target - below) / (density[minute] ?? 1)) * MINUTE_S);
  }
  return found;
}
