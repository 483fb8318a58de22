/**
 * How a minute's demand for individual pages was spread over its seconds. A sample tells minutes, and a spike
 * begins within one: what the gate admitted of the demand says for which part of the minute it was over the
 * threshold. Pure.
 *
 * Two levels stand for the seconds: a calm one, as in the neighbouring minutes, and a high one. With demand d,
 * admissions s and a gate that uses c of its threshold, all a second, and the calm level l:
 * (1 − f)·l + f·c = s gives the part f of the minute, (1 − f)·l + f·h = d the high level h.
 */

/** What was asked of the origin in one minute, and what became of it, in requests. */
export type ObservedMinute = {
  readonly asked: number;
  /** What the gate let pass, answered in time or not. */
  readonly admitted: number;
  /** Infinite where no threshold held, or nobody knows it. */
  readonly thresholdPerSec: number;
};

export type MinuteShape = {
  /** The part of the minute at the high level. */
  readonly highPart: number;
  readonly calmPerSec: number;
  readonly highPerSec: number;
  /** True where no neighbour tells the calm level. */
  readonly isGuess: boolean;
};

/**
 * Demand as a multiple of the threshold → the part of the threshold that is admitted. Near the threshold some
 * is left to chance: means of rehearsed fleets at constant load, of 30 and 300 locations at 200/s and 1,000/s
 * (simulate.ts with its defaults, 120 s each).
 */
const USED: readonly (readonly [demand: number, used: number])[] = [
  [0, 0],
  [0.9, 0.9],
  [0.95, 0.935],
  [1, 0.955],
  [1.1, 0.945],
  [1.2, 0.9],
  [1.3, 0.935],
  [1.5, 0.965],
  [2, 0.975],
  [3, 0.98],
];
/** The part that is used while demand is far over the threshold: docs/architecture.md#admission. */
const USED_FAR_OVER = 0.98;
/** Up to this part refused, a minute was calm: chance refuses some. */
const CALM_REFUSED = 0.01;
/** From this part of the threshold used, the whole minute was over it. */
const WHOLE_USED = 0.92;

export function isCalm({ asked, admitted }: ObservedMinute): boolean {
  return asked - admitted <= CALM_REFUSED * asked;
}

/** `neighbours`: the minutes before and after, as far as they were seen. */
export function shapeOf(minute: ObservedMinute, neighbours: readonly ObservedMinute[]): MinuteShape {
  const demand = minute.asked / 60;
  const admitted = minute.admitted / 60;
  const capacity = USED_FAR_OVER * minute.thresholdPerSec;
  if (isCalm(minute) || capacity === Number.POSITIVE_INFINITY || admitted >= WHOLE_USED * capacity)
    return even(demand);
  const calm = neighbours.filter(isCalm);
  const isGuess = calm.length === 0;
  const told = isGuess ? admitted / 2 : calm.reduce((sum, { asked }) => sum + asked / 60, 0) / calm.length;
  // What was admitted is the most that the calm part can have asked for.
  const calmPerSec = Math.min(told, 0.99 * admitted);
  const highPart = (admitted - calmPerSec) / (capacity - calmPerSec);
  const highPerSec = (demand - (1 - highPart) * calmPerSec) / highPart;
  return { highPart, calmPerSec, highPerSec, isGuess };
}

function even(perSec: number): MinuteShape {
  return { highPart: 1, calmPerSec: perSec, highPerSec: perSec, isGuess: false };
}

/** What a gate admits of `factor` times the demand, in requests of the minute. */
export function admittedOf(
  { highPart, calmPerSec, highPerSec }: MinuteShape,
  factor: number,
  thresholdPerSec: number,
): number {
  const passes = (perSec: number): number =>
    thresholdPerSec === Number.POSITIVE_INFINITY
      ? perSec * factor
      : thresholdPerSec * usedAt((perSec * factor) / thresholdPerSec);
  return 60 * ((1 - highPart) * passes(calmPerSec) + highPart * passes(highPerSec));
}

/** Straight between the points. */
function usedAt(demand: number): number {
  const above = USED.findIndex(([at]) => at >= demand);
  if (above < 0 || Number.isNaN(demand)) return USED_FAR_OVER;
  const [toAt, to] = USED[above] ?? [0, 0];
  const [fromAt, from] = USED[above - 1] ?? [0, 0];
  return toAt === fromAt ? to : from + ((to - from) * (demand - fromAt)) / (toAt - fromAt);
}
