/** The token bucket that gate, credits and budgets are made of. Time is passed in: the same code runs under any clock. */

/**
 * Token bucket (RFC 2697 §3 with one rate): `ratePerSec` tokens flow in each second, at most `depth` are kept. In any
 * interval of w seconds it grants at most ratePerSec · w + depth.
 */
export class TokenBucket {
  #ratePerSec: number;
  #depth: number;
  #tokens: number;
  #atMs: number;

  /** `tokens`: in hand at the start; a full bucket where nothing is said. */
  constructor(ratePerSec: number, depth: number, nowMs: number, tokens = depth) {
    this.#ratePerSec = ratePerSec;
    this.#depth = depth;
    this.#tokens = tokens;
    this.#atMs = nowMs;
  }

  get ratePerSec(): number {
    return this.#ratePerSec;
  }

  /** New rate from now on. Tokens in hand are kept, up to the new depth: a change gives nobody a burst. */
  setRate(ratePerSec: number, depth: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#ratePerSec = ratePerSec;
    this.#depth = depth;
    this.#tokens = Math.min(this.#tokens, depth);
  }

  /** True when a whole token is there; {@link spend} takes it. */
  holds(nowMs: number): boolean {
    this.#refill(nowMs);
    // A bucket without rate grants nothing, whatever it still holds.
    return this.#ratePerSec > 0 && this.#tokens >= 1;
  }

  /** Takes `tokens`, into debt where they are more than there are: for work whose cost is known only afterwards. */
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
export const CLOCK_SET_BACK_MS = 5000;
