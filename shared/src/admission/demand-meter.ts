/** The edge's estimator: how many requests a second one isolate would like to forward. */

/** Time constant of the smoothing: long enough to count, short enough to follow a kick-off. */
const SMOOTHING_S = 1;
/**
 * A gap this many times the expected one says that demand has collapsed: under Poisson arrivals at the old rate it would
 * come once in e¹⁰ = 22,000 arrivals.
 */
const COLLAPSE_GAPS = 10;

/**
 * Exponentially decayed count: at each arrival c ← c · e^(−Δt/τ) + 1, rate = c/τ. Where a gap shows that the old rate no
 * longer holds, it starts anew from that gap.
 */
export class DemandMeter {
  #count = 0;
  #atMs = Number.NaN;
  #gapMs = 0;
  #sinceForward = 0;
  #fell = false;

  get demandPerSec(): number {
    return this.#count / SMOOTHING_S;
  }

  /** Between the last two arrivals; 0 before there were two. */
  get gapMs(): number {
    return this.#gapMs;
  }

  /** Arrivals since {@link forwarded}, from the collapse on where there was one. */
  get sinceForward(): number {
    return this.#sinceForward;
  }

  /** True when demand has collapsed since {@link forwarded}. */
  get fell(): boolean {
    return this.#fell;
  }

  arrive(nowMs: number): void {
    // A clock that stands still or steps back: no time has passed.
    this.#gapMs = Number.isNaN(this.#atMs) ? 0 : Math.max(0, nowMs - this.#atMs);
    const gapS = this.#gapMs / 1000;
    if (gapS * this.demandPerSec >= COLLAPSE_GAPS) {
      this.#count = SMOOTHING_S / gapS;
      this.#sinceForward = 0;
      this.#fell = true;
    } else this.#count = this.#count * Math.exp(-gapS / SMOOTHING_S) + 1;
    this.#atMs = nowMs;
    this.#sinceForward += 1;
  }

  forwarded(): void {
    this.#sinceForward = 0;
    this.#fell = false;
  }
}
