/** The origin's estimator: the whole fleet's demand Λ, from reports of isolates that come and go. */
import { RollingCount, SLOT_MS } from "./rolling-count.ts";

/** Windows that are looked at, in slots: 0.1, 0.25, 0.5, 1 and 2 s. */
const WINDOWS = [10, 25, 50, 100, 200] as const;
const SPAN_MS = 2000;
const ONE_SECOND = 100;
/** In standard deviations: how sure a window must be that demand is over, or under. A false alarm costs pages, so it takes more. */
const SURE_OVER = 3;
const SURE_UNDER = 2;
/** Requests that a window must hold to be believed. */
const FEWEST = 10;
/** The gate's refusals are evidence too: with one this recent, fewer deviations are enough. */
const REFUSAL_MS = 200;
const SURE_WITH_REFUSAL = 2;
/** Time constant of Λ while over: reports come in lumps, and shares that followed them would swing with them. */
const SMOOTHING_MS = 4000;

/**
 * Each forwarded request stands for A arrivals: itself and those that stayed at its isolate since the one before. So the
 * sum of A over a window w is an unbiased count of all arrivals, whatever the isolates' number and lifetime, and
 * Λ = ΣA / w. Its variance is at most ΣA² (compound Poisson), hence the bounds (ΣA ± z √ΣA²) / w.
 */
export class DemandAggregate {
  readonly #arrivals = new RollingCount(SPAN_MS);
  readonly #thresholdPerSec: () => number | undefined;
  #demandPerSec = 0;
  #offeredPerSec = 0;
  #over = false;
  #refusedMs = Number.NEGATIVE_INFINITY;
  #assessedMs = Number.NEGATIVE_INFINITY;

  /** `thresholdPerSec`: of this instance, as it holds now; undefined where there is none. */
  constructor(thresholdPerSec: () => number | undefined) {
    this.#thresholdPerSec = thresholdPerSec;
  }

  /** Λ as this instance sees it: of all arrivals, its part. Smoothed while over. */
  get demandPerSec(): number {
    return this.#demandPerSec;
  }

  /** Requests that have reached this instance in the last second. */
  get offeredPerSec(): number {
    return this.#offeredPerSec;
  }

  /** True while demand is over the threshold, as far as is known. */
  get over(): boolean {
    return this.#over;
  }

  /** A request that stands for `arrivals` has come. */
  note(arrivals: number, nowMs: number): void {
    // Once a slot is often enough.
    if (this.#arrivals.advance(nowMs)) this.#assess(nowMs);
    this.#arrivals.note(nowMs, arrivals);
  }

  /** The gate has refused a request. */
  refused(nowMs: number): void {
    this.#refusedMs = nowMs;
  }

  #assess(nowMs: number): void {
    const thresholdPerSec = this.#thresholdPerSec() ?? Number.POSITIVE_INFINITY;
    const elapsedMs = Math.max(0, nowMs - this.#assessedMs);
    this.#assessedMs = nowMs;
    // A clock that was set back must not make a refusal last.
    const sureOver = Math.abs(nowMs - this.#refusedMs) < REFUSAL_MS ? SURE_WITH_REFUSAL : SURE_OVER;
    // While open, all demand comes here: what a request says about earlier arrivals is of the time before.
    const wasOver = this.#over;
    let verdict: "over" | "under" | undefined;
    let decidingPerSec = 0;
    let lastSecond = 0;
    let lastTwo = 0;
    this.#arrivals.windows(WINDOWS, (slots, count, sum, squares) => {
      const spanS = (slots * SLOT_MS) / 1000;
      if (slots === ONE_SECOND) {
        lastSecond = sum / spanS;
        this.#offeredPerSec = count / spanS;
      }
      lastTwo = sum / spanS;
      // The shortest window that is sure knows most of the present.
      if (verdict !== undefined) return;
      const [arrivals, deviation] = wasOver ? [sum, Math.sqrt(squares)] : [count, Math.sqrt(count)];
      decidingPerSec = arrivals / spanS;
      if (slots === WINDOWS.at(-1) && decidingPerSec < thresholdPerSec) verdict = "under";
      else if (count < FEWEST) return;
      else if ((arrivals - sureOver * deviation) / spanS >= thresholdPerSec) verdict = "over";
      else if ((arrivals + SURE_UNDER * deviation) / spanS < thresholdPerSec) verdict = "under";
    });
    if (verdict !== undefined) this.#over = verdict === "over";
    if (!this.#over) this.#demandPerSec = lastSecond;
    // What the last second says may be from before the change that has just been noticed.
    else if (!wasOver) this.#demandPerSec = decidingPerSec;
    else {
      this.#demandPerSec += (lastSecond - this.#demandPerSec) * Math.min(1, elapsedMs / SMOOTHING_MS);
      this.#demandPerSec = Math.min(this.#demandPerSec, lastTwo);
    }
  }
}
