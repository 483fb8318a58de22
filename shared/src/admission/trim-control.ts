/** κ, the slow trim of the credits: what is credited and not used, or used beyond credit, is made up for here. */

const LEAST_KAPPA = 0.5;
const MOST_KAPPA = 2;
/** Offered to the origin, of its threshold: just under, so that the gate refuses next to nothing. */
const TARGET = 0.985;
/** Of the error, in a second. */
const GAIN_PER_S = 0.15;
/** The first moments of a spike tell of the jump and not of the credits. */
const SETTLE_MS = 2000;
const STEP_MS = 100;
const MOST_ERROR = 0.2;

/** Integral control: dκ/dt = gain · κ · (target − offered/T), within [0.5, 2]. */
export class TrimControl {
  #kappa = 1;
  #sinceMs = Number.NaN;
  #steppedMs = Number.NaN;

  /** Demand is under the threshold: nothing to learn from. */
  rest(): void {
    this.#sinceMs = Number.NaN;
    this.#kappa = 1;
  }

  /** `offered`: requests in the last second, of the threshold. */
  kappa(offered: number, nowMs: number): number {
    if (Number.isNaN(this.#sinceMs) || nowMs < this.#sinceMs) this.#sinceMs = this.#steppedMs = nowMs;
    const stepMs = nowMs - this.#steppedMs;
    if (stepMs < STEP_MS) return this.#kappa;
    this.#steppedMs = nowMs;
    if (nowMs - this.#sinceMs < SETTLE_MS) return this.#kappa;
    const error = Math.min(MOST_ERROR, Math.max(-MOST_ERROR, TARGET - offered));
    const grown = this.#kappa * (1 + GAIN_PER_S * error * Math.min(1, stepMs / 1000));
    this.#kappa = Math.min(MOST_KAPPA, Math.max(LEAST_KAPPA, grown));
    return this.#kappa;
  }
}
