/** The estimator at the edge: it measures how many requests a second one isolate would like to forward. */

/** Time constant of the smoothing: long enough for a steady count, short enough to follow a kick-off. */
const SMOOTHING_S = 1;
/**
 * Demand has collapsed when a gap between two arrivals is this many times as long as expected. Under Poisson
 * arrivals at the old rate, such a gap comes once in e¹⁰ = 22,000 arrivals.
 */
const COLLAPSE_GAPS = 10;

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

  arrive(nowMs: number): void {
    // When the clock stands still or steps back, no time has passed.
    this.#gapMs = Number.isNaN(this.#atMs) ? 0 : Math.max(0, nowMs - this.#atMs);
    const gapS = this.#gapMs / 1000;
    if (gapS * this.demandPerSec >= COLLAPSE_GAPS) {
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
