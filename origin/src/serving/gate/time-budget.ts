/**
 * A share of the serving thread's time for one kind of work, so that it can neither starve the others nor be
 * starved.
 */
import { TokenBucket } from "@spillway/shared/admission/token-bucket.ts";

export type TimeBudget = {
  /** False while the work so far has used up its share. */
  readonly isLeft: () => boolean;
  /** Does the work at once, and takes its time from the budget. */
  readonly spend: <Result>(work: () => Result) => Result;
};

/** Work may be lumpy, but not for longer than this at full share. */
const DEPTH_S = 1;

/**
 * `share`: of the thread's time, in (0, 1]. A token bucket of milliseconds, which a long piece of work may
 * overdraw.
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
