/**
 * The token bucket on which gate, credits and budgets are built. The caller passes the time, so it runs under
 * any clock.
 */

/**
 * Token bucket (RFC 2697 §3 with one rate): `ratePerSec` tokens flow in each second, and the bucket holds at
 * most `depth`. In any interval of w seconds it grants at most ratePerSec · w + depth.
 */
export class TokenBucket {
  #ratePerSec: number;
  #depth: number;
  #tokens: number;
  #atMs: number;

  /** `tokens` is the content at the start. By default the bucket is full. */
  constructor(ratePerSec: number, depth: number, nowMs: number, tokens = depth) {
    this.#ratePerSec = ratePerSec;
    this.#depth = depth;
    this.#tokens = tokens;
    this.#atMs = nowMs;
  }

  get ratePerSec(): number {
    return this.#ratePerSec;
  }

  get depth(): number {
    return this.#depth;
  }

  /** Sets a new rate from now on. The tokens are kept up to the new depth, so a change allows no burst. */
  setRate(ratePerSec: number, depth: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#ratePerSec = ratePerSec;
    this.#depth = depth;
    this.#tokens = Math.min(this.#tokens, depth);
  }

  /**
   * True when the bucket holds a whole token, or `tokens`; {@link spend} takes it. Below 0 is what may be
   * owed.
   */
  holds(nowMs: number, tokens = 1): boolean {
    this.#refill(nowMs);
    // A bucket with rate 0 grants nothing, even if it still holds tokens.
    return this.#ratePerSec > 0 && this.#tokens >= tokens;
  }

  /**
   * Takes `tokens`, even if fewer are there, so that the content may become negative. This suits work whose
   * cost is known only afterwards.
   */
  spend(tokens: number): void {
    this.#tokens -= tokens;
  }

  take(nowMs: number): boolean {
    if (!this.holds(nowMs)) return false;
    this.#tokens -= 1;
    return true;
  }

  #refill(nowMs: number): void {
    const elapsedMs = nowMs - this.#atMs;
    if (elapsedMs <= 0) {
      // Times of different callers may be slightly out of order, and stepping back would add tokens for the
      // same interval twice. A clock that was set back is different: waiting until it catches up could take
      // hours.
      if (elapsedMs < -CLOCK_SET_BACK_MS) this.#atMs = nowMs;
      return;
    }
    this.#tokens = Math.min(this.#depth, this.#tokens + (elapsedMs / 1000) * this.#ratePerSec);
    this.#atMs = nowMs;
  }
}

/**
 * A step back by more than this means that the clock was set back, since requests are never that far out of
 * order.
 */
export const CLOCK_SET_BACK_MS = 5000;
