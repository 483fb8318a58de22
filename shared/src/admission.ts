/**
 * Admission: how much individual work the origin takes on, as pure state machines. Time is passed in, so that the same
 * code runs under a real clock, a stopped one (Workers between I/O) and a simulated one.
 */

/**
 * Token bucket (RFC 2697 §3 with one rate): `ratePerSec` tokens flow in each second, at most `depth` are kept. In any
 * interval of w seconds it grants at most ratePerSec · w + depth.
 */
export class TokenBucket {
  #ratePerSec: number;
  #depth: number;
  #tokens: number;
  #atMs: number;

  constructor(ratePerSec: number, depth: number, nowMs: number) {
    this.#ratePerSec = ratePerSec;
    this.#depth = depth;
    this.#tokens = depth;
    this.#atMs = nowMs;
  }

  /** New rate from now on. Tokens in hand are kept, up to the new depth: a change gives nobody a burst. */
  setRate(ratePerSec: number, depth: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#ratePerSec = ratePerSec;
    this.#depth = depth;
    this.#tokens = Math.min(this.#tokens, depth);
  }

  take(nowMs: number): boolean {
    this.#refill(nowMs);
    // A bucket without rate grants nothing, whatever it still holds.
    if (this.#ratePerSec === 0 || this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #refill(nowMs: number): void {
    const elapsedMs = nowMs - this.#atMs;
    if (elapsedMs <= 0) {
      // Callers may come with times slightly out of order: winding back would mint the same interval twice. A clock that
      // was set back is another matter: waiting for it to catch up could take hours.
      if (elapsedMs < -CLOCK_SET_BACK_MS) this.#atMs = nowMs;
      return;
    }
    this.#tokens = Math.min(this.#depth, this.#tokens + (elapsedMs / 1000) * this.#ratePerSec);
    this.#atMs = nowMs;
  }
}

/** Further back than requests can be out of order. */
const CLOCK_SET_BACK_MS = 5000;

/** Depth of the origin's bucket at threshold T per second: max(1, 0.05 T). */
export function gateDepth(thresholdPerSec: number): number {
  return Math.max(1, 0.05 * thresholdPerSec);
}

export type GateDecision =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly reason: "over-threshold" | "in-flight" };

export type GateLimits = {
  /** Individual answers a second; undefined: no threshold (`mode = "force-individual"`). */
  readonly thresholdPerSec: number | undefined;
  readonly maxInFlight: number;
};

/**
 * The origin's gate: a token bucket at the band's threshold and a cap on individual answers in flight, asked before any
 * work. Individual work started in any second never exceeds T + max(1, 0.05 T).
 */
export class Gate {
  readonly #bucket: TokenBucket;
  #limits: GateLimits;
  #inFlight = 0;

  constructor(limits: GateLimits, nowMs: number) {
    const rate = limits.thresholdPerSec ?? 0;
    this.#limits = limits;
    this.#bucket = new TokenBucket(rate, gateDepth(rate), nowMs);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get limits(): GateLimits {
    return this.#limits;
  }

  setLimits(limits: GateLimits, nowMs: number): void {
    if (limits.thresholdPerSec !== this.#limits.thresholdPerSec) {
      const rate = limits.thresholdPerSec ?? 0;
      this.#bucket.setRate(rate, gateDepth(rate), nowMs);
    }
    this.#limits = limits;
  }

  /** Every `admitted: true` must be followed by one {@link release}. */
  tryEnter(nowMs: number): GateDecision {
    if (this.#inFlight >= this.#limits.maxInFlight) return { admitted: false, reason: "in-flight" };
    if (this.#limits.thresholdPerSec !== undefined && !this.#bucket.take(nowMs))
      return { admitted: false, reason: "over-threshold" };
    this.#inFlight += 1;
    return { admitted: true };
  }

  release(): void {
    this.#inFlight -= 1;
  }
}
