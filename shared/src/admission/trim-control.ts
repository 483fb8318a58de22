/**
 * κ, the slow trim of the credits. It makes up for credits that are not used, and for requests beyond the
 * credits.
 */

const MIN_KAPPA = 0.5;
const MAX_KAPPA = 2;
/**
 * The aim for offered requests as a part of the threshold. It is just under 1, so that the gate refuses
 * almost nothing.
 */
const TARGET = 0.985;
/** Of several origins each sees more chance, and refuses more of what it is offered in a second. */
const TARGET_OF_SEVERAL = 0.989;
/** Cold isolates come on top at first. */
const FIRST_KAPPA = 0.99;
/** How much κ changes in a second, as a part of the error. */
const GAIN_PER_S = 0.15;
/** The first seconds of a spike show the jump and not the effect of the credits. */
const SETTLE_MS = 2500;
const STEP_MS = 100;
/**
 * In a spike's first ten seconds new isolates ask for their first credits, on top of what is credited. A
 * larger error would take that for the credits' fault, and too little would be credited afterwards. The
 * smaller the threshold, the larger is that crowd against it, and chance too.
 */
const MAX_ERROR = 0.13;
const MAX_ERROR_OF_CHANCE = 1.2;
/** At a small threshold a few requests more are a larger part of it, so the aim is lower. */
const TARGET_OF_CHANCE = 0.3;

/** Integral control: dκ/dt = gain · κ · (target − offered/T), within [0.5, 2]. */
export class TrimControl {
  #kappa = FIRST_KAPPA;
  readonly #instances: number;
  readonly #target: number;
  #sinceMs = Number.NaN;
  #steppedMs = Number.NaN;
  #isSettled = false;

  /** `instances`: how many origins share the threshold. */
  constructor(instances: number) {
    this.#instances = instances;
    this.#target = instances === 1 ? TARGET : TARGET_OF_SEVERAL;
  }

  /** False in the calm, and in the first seconds of a spike. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Demand is under the threshold, so there is nothing to learn from. */
  reset(): void {
    this.#sinceMs = Number.NaN;
    this.#isSettled = false;
    this.#kappa = FIRST_KAPPA;
  }

  /** Returns κ. `offeredPerSec` are the requests of the last second, and both are this origin's part. */
  kappa(offeredPerSec: number, thresholdPerSec: number, nowMs: number): number {
    if (Number.isNaN(this.#sinceMs) || nowMs < this.#sinceMs) this.#sinceMs = this.#steppedMs = nowMs;
    const stepMs = nowMs - this.#steppedMs;
    if (stepMs < STEP_MS) return this.#kappa;
    this.#steppedMs = nowMs;
    this.#isSettled = nowMs - this.#sinceMs >= SETTLE_MS;
    if (!this.#isSettled) return this.#kappa;
    const chance = 1 / Math.sqrt(thresholdPerSec * this.#instances);
    const most = MAX_ERROR + MAX_ERROR_OF_CHANCE * chance;
    const target = this.#target - TARGET_OF_CHANCE * chance;
    const error = Math.min(most, Math.max(-most, target - offeredPerSec / thresholdPerSec));
    const grown = this.#kappa * (1 + GAIN_PER_S * error * Math.min(1, stepMs / 1000));
    this.#kappa = Math.min(MAX_KAPPA, Math.max(MIN_KAPPA, grown));
    return this.#kappa;
  }
}
