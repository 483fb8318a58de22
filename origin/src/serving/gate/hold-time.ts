/** Measures how long individual answers are in flight, on average, by the time that the gate is held. */

/** The mean is over the newest answers: between half of this number and all of it. */
const MOST_ANSWERS = 10_000;
/** Fewer say nothing yet. */
const LEAST_ANSWERS = 100;

/**
 * Little's law: the area under the number in flight, divided by the number of answers, is their mean time.
 */
export class HoldTime {
  #areaMs = 0;
  #answers = 0;
  #inFlight = 0;
  #atMs = 0;

  /** Undefined until enough have been answered. */
  get meanMs(): number | undefined {
    return this.#answers < LEAST_ANSWERS ? undefined : this.#areaMs / this.#answers;
  }

  enter(nowMs: number): void {
    this.#pass(nowMs);
    this.#inFlight += 1;
  }

  leave(nowMs: number): void {
    this.#pass(nowMs);
    this.#inFlight -= 1;
    this.#answers += 1;
    if (this.#answers < MOST_ANSWERS) return;
    this.#answers /= 2;
    this.#areaMs /= 2;
  }

  #pass(nowMs: number): void {
    this.#areaMs += this.#inFlight * Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
  }
}
