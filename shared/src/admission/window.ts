/** How many requests an isolate may have unanswered: what bounds a jump before the first reply can tell of it. */

/** Time constant of the forward rate. */
const RATE_SMOOTHING_S = 2;
const RTT_WEIGHT = 0.1;
/** Before the first reply. */
const ASSUMED_RTT_MS = 100;
/** Of the time that a rate is reckoned over while the isolate is young. */
const YOUNGEST_S = 0.2;

/**
 * Window of the calm: what is usually in flight by Little's law, m = forwards a second · round trip, and 3.5 standard
 * deviations of a Poisson count on top: W = ⌈1 + m + 3.5 √m⌉. With demand steady it binds once in some five thousand requests; with
 * demand a hundredfold it lets W requests pass until the first reply brings the credit that holds now.
 */
export class ForwardWindow {
  #count = 0;
  #firstMs = Number.NaN;
  #atMs = 0;
  #rttMs = ASSUMED_RTT_MS;

  size(nowMs: number): number {
    const inFlight = (this.#forwardsPerSec(nowMs) * this.#rttMs) / 1000;
    return Math.ceil(1 + inFlight + 3.5 * Math.sqrt(inFlight));
  }

  forwarded(nowMs: number): void {
    if (Number.isNaN(this.#firstMs)) this.#firstMs = this.#atMs = nowMs;
    this.#count = this.#count * this.#decay(nowMs) + 1;
    this.#atMs = Math.max(this.#atMs, nowMs);
  }

  answered(rttMs: number): void {
    this.#rttMs += RTT_WEIGHT * (Math.max(0, rttMs) - this.#rttMs);
  }

  /** Decayed count over the time that it stands for, which is short while the isolate is young. */
  #forwardsPerSec(nowMs: number): number {
    if (this.#count === 0) return 0;
    const ageS = Math.max(YOUNGEST_S, (nowMs - this.#firstMs) / 1000);
    const spanS = RATE_SMOOTHING_S * (1 - Math.exp(-ageS / RATE_SMOOTHING_S));
    return (this.#count * this.#decay(nowMs)) / spanS;
  }

  #decay(nowMs: number): number {
    return Math.exp(-Math.max(0, nowMs - this.#atMs) / 1000 / RATE_SMOOTHING_S);
  }
}
