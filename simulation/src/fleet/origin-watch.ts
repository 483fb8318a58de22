/**
 * The origin watch (edge/src/origin/origin-watch.ts) in virtual time: one object probes a dead origin once a
 * second.
 */

const PROBE_INTERVAL_MS = 1000;
/** Nobody waits for the origin longer than this without asking again. */
const MAX_WAIT_MS = 3_600_000;

export class OriginWatch {
  readonly #isUp: (atMs: number) => boolean;
  readonly #onProbe: () => void;
  #backMs = Number.NEGATIVE_INFINITY;

  constructor(isUp: (atMs: number) => boolean, onProbe: () => void) {
    this.#isUp = isUp;
    this.#onProbe = onProbe;
  }

  /**
   * Returns the time at which somebody who asks at `askedMs` learns that the origin is back. All who wait
   * learn it at once.
   */
  backAt(askedMs: number): number {
    if (askedMs <= this.#backMs) return this.#backMs;
    let atMs = askedMs;
    this.#onProbe();
    while (!this.#isUp(atMs) && atMs < askedMs + MAX_WAIT_MS) {
      atMs += PROBE_INTERVAL_MS;
      this.#onProbe();
    }
    this.#backMs = atMs;
    return atMs;
  }
}
