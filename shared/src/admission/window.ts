/**
 * The window: how many unanswered requests an isolate may have. It bounds a jump in demand before the first
 * reply reports it.
 */

/** Time constant of the forward rate. */
const RATE_SMOOTHING_S = 2;
const RTT_WEIGHT = 0.1;
/** The round trip that is assumed before the first reply. */
const ASSUMED_RTT_MS = 100;
/** Where fewer are usually in flight, a third at once comes once in five thousand requests by chance. */
const RARE_IN_FLIGHT = 0.02;
const RARE_SIZE = 2;
/** While the isolate is young, its rate is computed over at least this time. */
const MIN_AGE_S = 0.2;

/**
 * Window by Little's law: m = forwards a second · round trip is what is usually in flight, and 3.5 standard
 * deviations of a Poisson count are added: W = ⌈1 + m + 3.5 √m⌉. With steady demand it binds about once in
 * five thousand requests. When demand grows a hundredfold, it lets W requests pass until the first reply
 * brings the new credit.
 */
export class ForwardWindow {
  #count = 0;
  #firstMs = Number.NaN;
  #atMs = 0;
  #rttMs = ASSUMED_RTT_MS;

  /** `unanswered`: how many of its newest forwards wait for their replies. */
  size(nowMs: number, unanswered: number): number {
    if (this.#count === 0) return 1;
    const count = this.#count * this.#decay(nowMs);
    const perCount = this.#rttMs / 1000 / this.#spanS(nowMs);
    const inFlight = count * perCount;
    const size = Math.ceil(1 + inFlight + 3.5 * Math.sqrt(inFlight));
    // What is unanswered counts too, so that a busy isolate's window keeps up. A rare one must not be let
    // through by what it has just sent: a jump finds thousands of them.
    return (count - unanswered) * perCount > RARE_IN_FLIGHT ? size : Math.min(size, RARE_SIZE);
  }

  forwarded(nowMs: number): void {
    if (Number.isNaN(this.#firstMs)) this.#firstMs = this.#atMs = nowMs;
    this.#count = this.#count * this.#decay(nowMs) + 1;
    this.#atMs = Math.max(this.#atMs, nowMs);
  }

  answered(rttMs: number): void {
    this.#rttMs += RTT_WEIGHT * (Math.max(0, rttMs) - this.#rttMs);
  }

  /** The time that the decayed count covers, which is short while the isolate is young. */
  #spanS(nowMs: number): number {
    const ageS = Math.max(MIN_AGE_S, (nowMs - this.#firstMs) / 1000);
    return RATE_SMOOTHING_S * (1 - Math.exp(-ageS / RATE_SMOOTHING_S));
  }

  #decay(nowMs: number): number {
    return Math.exp(-Math.max(0, nowMs - this.#atMs) / 1000 / RATE_SMOOTHING_S);
  }
}
