/**
 * The estimator at the origin: it computes the whole fleet's demand Λ from the reports of isolates that come
 * and go.
 */
import { RollingCount, SLOT_MS } from "./rolling-count.ts";

/** The lengths of the windows in slots: 0.1, 0.25, 0.5, 1 and 2 s. */
const WINDOWS = [10, 25, 50, 100, 200] as const;
const SPAN_MS = 2000;
const ONE_SECOND = 100;
/**
 * How far a window's count must be from the threshold, in standard deviations, before it decides. A false
 * alarm costs individual pages, so "over" needs more than "under".
 */
const OVER_DEVIATIONS = 3;
const UNDER_DEVIATIONS = 2;
/** A window with fewer requests decides nothing. */
const MIN_REQUESTS = 10;
/** A refusal by the gate is evidence too: for this long after one, fewer deviations are enough. */
const REFUSAL_MS = 200;
const OVER_DEVIATIONS_AFTER_REFUSAL = 2;
/**
 * Time constant of Λ while demand is over. Reports arrive unevenly, and shares that followed each of them
 * would oscillate.
 */
const SMOOTHING_MS = 4000;

/**
 * Each forwarded request stands for A arrivals: itself, and those that stayed at its isolate since the one
 * before. So the sum of A over a window w is an unbiased count of all arrivals, whatever the number and
 * lifetime of the isolates, and Λ = ΣA / w. Its variance is at most ΣA² (compound Poisson), hence the bounds
 * (ΣA ± z √ΣA²) / w.
 */
export class DemandAggregate {
  readonly #arrivals = new RollingCount(SPAN_MS);
  readonly #thresholdPerSec: () => number | undefined;
  #demandPerSec = 0;
  #offeredPerSec = 0;
  #over = false;
  #refusedMs = Number.NEGATIVE_INFINITY;
  #assessedMs = Number.NEGATIVE_INFINITY;

  /** `thresholdPerSec` returns this instance's present threshold, or undefined when there is none. */
  constructor(thresholdPerSec: () => number | undefined) {
    this.#thresholdPerSec = thresholdPerSec;
  }

  /**
   * Λ as this instance sees it: its own part of all arrivals. It is smoothed while demand is over the
   * threshold.
   */
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

  /** Counts a request that stands for `arrivals`. `shared`: isolates hold shares, whatever demand is. */
  add(arrivals: number, nowMs: number, shared = false): void {
    // A decision once a slot is often enough.
    if (this.#arrivals.advance(nowMs)) this.#assess(nowMs, shared);
    this.#arrivals.add(nowMs, arrivals);
  }

  /** Remembers that the gate has refused a request. */
  refused(nowMs: number): void {
    this.#refusedMs = nowMs;
  }

  #assess(nowMs: number, shared: boolean): void {
    const thresholdPerSec = this.#thresholdPerSec() ?? Number.POSITIVE_INFINITY;
    const elapsedMs = Math.max(0, nowMs - this.#assessedMs);
    this.#assessedMs = nowMs;
    // `abs`: a clock that was set back must not make a refusal last for hours.
    const overDeviations =
      Math.abs(nowMs - this.#refusedMs) < REFUSAL_MS ? OVER_DEVIATIONS_AFTER_REFUSAL : OVER_DEVIATIONS;
    // An open isolate forwards everything, so what its request says about earlier arrivals describes the time
    // before.
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
      // The shortest window that can decide knows the present best.
      if (verdict !== undefined) return;
      const [arrivals, deviation] = wasOver || shared ? [sum, Math.sqrt(squares)] : [count, Math.sqrt(count)];
      decidingPerSec = arrivals / spanS;
      if (slots === WINDOWS.at(-1) && decidingPerSec < thresholdPerSec) verdict = "under";
      else if (count < MIN_REQUESTS) return;
      else if ((arrivals - overDeviations * deviation) / spanS >= thresholdPerSec) verdict = "over";
      else if ((arrivals + UNDER_DEVIATIONS * deviation) / spanS < thresholdPerSec) verdict = "under";
    });
    if (verdict !== undefined) this.#over = verdict === "over";
    if (!this.#over) this.#demandPerSec = lastSecond;
    // The last second may hold figures from before the change that was just detected.
    else if (!wasOver) this.#demandPerSec = decidingPerSec;
    else {
      this.#demandPerSec += (lastSecond - this.#demandPerSec) * Math.min(1, elapsedMs / SMOOTHING_MS);
      this.#demandPerSec = Math.min(this.#demandPerSec, lastTwo);
    }
  }
}
