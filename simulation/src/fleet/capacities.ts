/**
 * What each isolate of a location accepts before the platform starts another: token buckets that stand side
 * by side, since a request looks at two of thousands and would wait for memory.
 */

/** How many requests an isolate may accept at once beyond its rate. */
const DEPTH = 10;
/** Of each isolate its tokens, and when they were counted. */
const FIELDS = 2;

export class Capacities {
  readonly #ratePerMs: number;
  #buckets = new Float64Array(8 * FIELDS);

  /** `isolatePerSec`: how many requests a second an isolate takes. */
  constructor(isolatePerSec: number) {
    this.#ratePerMs = isolatePerSec / 1000;
  }

  /** Isolate `at` starts, and with a first request. */
  start(at: number, nowMs: number): void {
    if (at * FIELDS >= this.#buckets.length) {
      const grown = new Float64Array(2 * this.#buckets.length);
      grown.set(this.#buckets);
      this.#buckets = grown;
    }
    this.#buckets[at * FIELDS] = DEPTH - 1;
    this.#buckets[at * FIELDS + 1] = nowMs;
  }

  /** True when isolate `at` accepts one more request. */
  take(at: number, nowMs: number): boolean {
    const buckets = this.#buckets;
    const sinceMs = nowMs - (buckets[at * FIELDS + 1] ?? 0);
    const tokens = Math.min(DEPTH, (buckets[at * FIELDS] ?? 0) + sinceMs * this.#ratePerMs);
    const accepts = tokens >= 1;
    buckets[at * FIELDS] = accepts ? tokens - 1 : tokens;
    buckets[at * FIELDS + 1] = nowMs;
    return accepts;
  }

  /** Isolate `from` is called `to` from now on. */
  move(from: number, to: number): void {
    this.#buckets.copyWithin(to * FIELDS, from * FIELDS, (from + 1) * FIELDS);
  }
}
