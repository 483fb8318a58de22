/** The estimator at the edge: it measures how many requests a second one isolate would like to forward. */

/** Time constant of the smoothing: long enough for a steady count, short enough to follow a kick-off. */
const SMOOTHING_S = 1;
/**
 * Demand has collapsed when a gap between two arrivals is this many times as long as expected. Under Poisson
 * arrivals at the old rate, such a gap comes once in e¹⁰ = 22,000 arrivals.
 */
const COLLAPSE_GAPS = 10;
/**
 * Under a share such gaps may come more often, since who asks after one takes the next token early: by chance
 * at most one in so many tokens, and at the most once in e⁴ = 55 arrivals.
 */
const TOKENS_OF_A_CHANCE = 20;
const LEAST_GAPS = 4;

/**
 * Exponentially decayed count: at each arrival c ← c · e^(−Δt/τ) + 1, and the rate is c/τ. When a gap shows
 * that the old rate no longer holds, the count starts anew from that gap.
 */
export class DemandMeter {
  #count = 0;
  #atMs = Number.NaN;
  #gapMs = 0;
  #sinceForward = 0;
  #collapsed = false;
  /** From how many expected arrivals on a gap is a collapse. */
  #collapseGaps = COLLAPSE_GAPS;

  get demandPerSec(): number {
    return this.#count / SMOOTHING_S;
  }

  /** Milliseconds between the last two arrivals; 0 before there were two. */
  get gapMs(): number {
    return this.#gapMs;
  }

  /** Arrivals since {@link forwarded}; after a collapse, only those since the collapse. */
  get sinceForward(): number {
    return this.#sinceForward;
  }

  /** True when demand has collapsed since {@link forwarded}. */
  get collapsed(): boolean {
    return this.#collapsed;
  }

  /** The share that the isolate holds from now on, in tokens a second; undefined where it holds none. */
  holds(tokensPerSec: number | undefined): void {
    this.#collapseGaps =
      tokensPerSec === undefined ? COLLAPSE_GAPS : collapseGaps(this.demandPerSec, tokensPerSec);
  }

  arrive(nowMs: number): void {
    // When the clock stands still or steps back, no time has passed.
    this.#gapMs = Number.isNaN(this.#atMs) ? 0 : Math.max(0, nowMs - this.#atMs);
    const gapS = this.#gapMs / 1000;
    if (gapS * this.demandPerSec >= this.#collapseGaps) {
      this.#count = SMOOTHING_S / gapS;
      this.#sinceForward = 0;
      this.#collapsed = true;
    } else this.#count = this.#count * Math.exp(-gapS / SMOOTHING_S) + 1;
    this.#atMs = nowMs;
    this.#sinceForward += 1;
  }

  forwarded(): void {
    this.#sinceForward = 0;
    this.#collapsed = false;
  }
}

/** A gap of g expected ones comes by chance in a part e^−g of the arrivals. */
function collapseGaps(demandPerSec: number, tokensPerSec: number): number {
  const gaps = Math.log((TOKENS_OF_A_CHANCE * demandPerSec) / tokensPerSec);
  return Math.min(COLLAPSE_GAPS, Math.max(LEAST_GAPS, gaps));
}
