/** The shipped watch (edge/src/origin/origin-watch.ts) in virtual time: one object looks at a dead origin once a second. */

const EVERY_MS = 1000;
/** Nobody waits for the origin longer than this without asking again. */
const HORIZON_MS = 3_600_000;

export class OriginWatch {
  readonly #isUp: (atMs: number) => boolean;
  readonly #onProbe: () => void;
  #backMs = Number.NEGATIVE_INFINITY;

  constructor(isUp: (atMs: number) => boolean, onProbe: () => void) {
    this.#isUp = isUp;
    this.#onProbe = onProbe;
  }

  /** When somebody who asks at `askedMs` is told that the origin is back: all who wait are told at once. */
  backAt(askedMs: number): number {
    if (askedMs <= this.#backMs) return this.#backMs;
    let atMs = askedMs;
    this.#onProbe();
    while (!this.#isUp(atMs) && atMs < askedMs + HORIZON_MS) {
      atMs += EVERY_MS;
      this.#onProbe();
    }
    this.#backMs = atMs;
    return atMs;
  }
}
