/**
 * The origin's gate limits how much individual work it accepts. The promise that no second exceeds the
 * threshold is kept here.
 */
import { RollingCount, SLOT_MS } from "./rolling-count.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * Depth of the gate's bucket at threshold T per second: max(1, 0.05 T, 2 √T). Poisson arrivals at T vary by
 * √T within a second, so at a small threshold 0.05 T alone would shed a third of a calm day's load.
 */
export function gateDepth(thresholdPerSec: number): number {
  return Math.max(1, 0.05 * thresholdPerSec, 2 * Math.sqrt(thresholdPerSec));
}

/** The highest number of admissions in any one second at threshold T per second: T + max(1, 0.02 T). */
export function maxPerSecond(thresholdPerSec: number): number {
  return thresholdPerSec + Math.max(1, 0.02 * thresholdPerSec);
}

export type GateDecision =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly reason: "over-threshold" | "in-flight" };

export type GateLimits = {
  /** Individual answers a second; undefined when there is no threshold (`mode = "force-individual"`). */
  readonly thresholdPerSec: number | undefined;
  readonly maxInFlight: number;
};

const ADMITTED: GateDecision = { admitted: true };
const OVER_THRESHOLD: GateDecision = { admitted: false, reason: "over-threshold" };
const IN_FLIGHT: GateDecision = { admitted: false, reason: "in-flight" };

/**
 * The gate decides before any work is done. It has three limits: a token bucket at the band's threshold T
 * bounds the mean rate, a count over the last second bounds every second to {@link maxPerSecond}, and a cap
 * bounds the requests in flight.
 */
export class Gate {
  readonly #bucket: TokenBucket;
  /**
   * The newest slot has only begun, so a whole second needs one slot more. The count then covers 1,000 to
   * 1,010 ms, and no second can hold more than it says.
   */
  readonly #lastSecond = new RollingCount(1000 + SLOT_MS);
  #limits: GateLimits;
  #maxPerSec: number;
  #inFlight = 0;
  #peak = 0;

  constructor(limits: GateLimits, nowMs: number) {
    const rate = limits.thresholdPerSec ?? 0;
    this.#limits = limits;
    this.#maxPerSec = maxPerSecond(rate);
    this.#bucket = new TokenBucket(rate, gateDepth(rate), nowMs);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get limits(): GateLimits {
    return this.#limits;
  }

  /** The highest number of admissions that any one second has seen. */
  get peakPerSec(): number {
    return this.#peak;
  }

  setLimits(limits: GateLimits, nowMs: number): void {
    if (limits.thresholdPerSec !== this.#limits.thresholdPerSec) {
      const rate = limits.thresholdPerSec ?? 0;
      this.#bucket.setRate(rate, gateDepth(rate), nowMs);
      this.#maxPerSec = maxPerSecond(rate);
    }
    this.#limits = limits;
  }

  /** The caller must call {@link release} once for every `admitted: true`. */
  tryEnter(nowMs: number): GateDecision {
    if (this.#inFlight >= this.#limits.maxInFlight) return IN_FLIGHT;
    const lastSecond = this.#lastSecond.total(nowMs);
    if (this.#limits.thresholdPerSec !== undefined) {
      if (lastSecond + 1 > this.#maxPerSec || !this.#bucket.take(nowMs)) return OVER_THRESHOLD;
    }
    this.#lastSecond.add(nowMs);
    this.#peak = Math.max(this.#peak, lastSecond + 1);
    this.#inFlight += 1;
    return ADMITTED;
  }

  release(): void {
    this.#inFlight -= 1;
  }
}
