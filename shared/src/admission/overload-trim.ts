/**
 * Protects an origin that is slower than its threshold assumes: it admits less while its event loop runs
 * late.
 */

/** A fifth of the default deadline, since every answer waits this long before it is begun. */
const LATE_MS = 50;
/** A single late observation may be a garbage collection or a reload. */
const LATE_OBSERVATIONS = 2;
const STEP_MS = 100;
const MAX_STEPS = 10;
const DECREASE = 0.85;
const INCREASE = 1.08;
/** The share never becomes 0, because only admitted requests show when the machine has recovered. */
const MIN_SHARE = 0.002;

/**
 * The share of the threshold that the machine can bear, updated with each observation of the event loop's
 * delay. It grows and shrinks by factors, since a threshold may be a hundred times what the machine can do,
 * and steps of a fixed size would be far too large then. At ten observations a second it halves within half a
 * second, and doubles within one.
 */
export class OverloadTrim {
  #share = 1;
  #late = 0;

  get share(): number {
    return this.#share;
  }

  /** `delayMs` is the longest delay of the event loop since the last observation. */
  observe(delayMs: number): void {
    this.#late = delayMs >= LATE_MS ? this.#late + 1 : 0;
    if (this.#late >= LATE_OBSERVATIONS)
      this.#share = Math.max(MIN_SHARE, this.#share * DECREASE ** stepsIn(delayMs));
    else if (this.#late === 0) this.#share = Math.min(1, this.#share * INCREASE);
  }
}

/** A late loop also observes itself late, so the steps that it has missed are made up for. */
function stepsIn(delayMs: number): number {
  return Math.min(MAX_STEPS, Math.max(1, delayMs / STEP_MS));
}
