/** Protects an origin that is slower than its threshold says: less is admitted while its event loop runs late. */

/** A fifth of the default deadline: an answer has to wait this long before it is even begun. */
const LATE_MS = 50;
/** Once may be a collection of garbage or a reload. */
const LATE_TWICE = 2;
const STEP_MS = 100;
const MOST_STEPS = 10;
const DECREASE = 0.85;
const INCREASE = 1.08;
/** Never shut, however far the threshold is from what the machine can do: what is admitted tells when it is better again. */
const LEAST = 0.002;

/**
 * Share of the threshold that the machine can bear, one step for each observation of the event loop's delay. Multiplicative
 * both ways, since a threshold may be a hundred times what the machine can do: steps of a fixed size would be far too large
 * there. At ten observations a second it halves within half a second, and doubles within one.
 */
export class OverloadTrim {
  #share = 1;
  #late = 0;

  get share(): number {
    return this.#share;
  }

  /** `delayMs`: the longest that the event loop was late since the last observation. */
  observe(delayMs: number): void {
    this.#late = delayMs >= LATE_MS ? this.#late + 1 : 0;
    if (this.#late >= LATE_TWICE) this.#share = Math.max(LEAST, this.#share * DECREASE ** stepsIn(delayMs));
    else if (this.#late === 0) this.#share = Math.min(1, this.#share * INCREASE);
  }
}

/** A loop that is late observes itself late, too: the steps that were missed are made up for. */
function stepsIn(delayMs: number): number {
  return Math.min(MOST_STEPS, Math.max(1, delayMs / STEP_MS));
}
