/** Limits one kind of work to a share of the serving thread's time, so that other work is not starved. */
import { TokenBucket } from "@spillway/shared/admission/token-bucket.ts";

export type TimeBudget = {
  /** Returns false when earlier work has used up the share. */
  readonly isLeft: () => boolean;
  /** Runs the work at once, and takes its duration from the budget. */
  readonly spend: <Result>(work: () => Result) => Result;
};

/** The share of so many seconds may be used at once. */
const DEPTH_S = 1;

/**
 * `share` is the part of the thread's time, in (0, 1]. The budget is a token bucket of milliseconds; a long
 * piece of work may overdraw it.
 */
export function createTimeBudget(share: number, monotonicMs: () => number): TimeBudget {
  const perSecMs = share * 1000;
  const bucket = new TokenBucket(perSecMs, perSecMs * DEPTH_S, monotonicMs());
  return {
    isLeft: () => bucket.holds(monotonicMs()),
    spend: (work) => {
      const startedMs = monotonicMs();
      try {
        return work();
      } finally {
        bucket.spend(monotonicMs() - startedMs);
      }
    },
  };
}
