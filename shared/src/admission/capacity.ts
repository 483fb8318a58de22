/**
 * Whether an origin can hold a threshold at all: each instance answers so many at once, and each answer takes its
 * time.
 */

export type OriginCapacity = {
  /** How many origins share the threshold. */
  readonly instances: number;
  /** `MAX_IN_FLIGHT` of each. */
  readonly maxInFlight: number;
  /** How long an individual answer is in flight, on average. */
  readonly answerMs: number;
};

/** What an answer is taken to need where none has been measured yet. */
export const ASSUMED_ANSWER_MS = 6;
/** The default of `MAX_IN_FLIGHT`. */
export const DEFAULT_MAX_IN_FLIGHT = 64;

/** Standard deviations of a Poisson count that must find room beside the mean. */
const DEVIATIONS = 3.5;

/** How many answers are in flight at this rate, now and then: ⌈m + 3.5 √m⌉ with m by Little's law. */
export function inFlightAt(perSec: number, answerMs: number): number {
  const mean = (perSec * answerMs) / 1000;
  return Math.ceil(mean + DEVIATIONS * Math.sqrt(mean));
}

/** The highest threshold that the instances hold together, a second: the inverse of {@link inFlightAt}. */
export function mostHeldPerSec({ instances, maxInFlight, answerMs }: OriginCapacity): number {
  const root = (Math.sqrt(DEVIATIONS ** 2 + 4 * maxInFlight) - DEVIATIONS) / 2;
  return (instances * root ** 2 * 1000) / answerMs;
}

/** Why the origin cannot hold a threshold, and what would let it; undefined where it can. */
export function whyNotHeld(thresholdPerSec: number, capacity: OriginCapacity): string | undefined {
  const { instances, maxInFlight, answerMs } = capacity;
  const needed = inFlightAt(thresholdPerSec / instances, answerMs);
  if (needed <= maxInFlight) return undefined;
  const most = Math.floor(mostHeldPerSec(capacity));
  const enough = Math.ceil(thresholdPerSec / mostHeldPerSec({ ...capacity, instances: 1 }));
  const each = instances === 1 ? "one origin" : `each of ${instances} origins`;
  return (
    `is more than can be held: at ${answerMs.toFixed(1)} ms an answer ${each} would have ${needed} in flight, and MAX_IN_FLIGHT ` +
    `is ${maxInFlight}, which holds ${most} a second in all; set MAX_IN_FLIGHT to ${needed}, or run ${enough} origins and set INSTANCES`
  );
}
