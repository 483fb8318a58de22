/** One data centre: its isolates, which start with load and are evicted when idle, and its rate limiter. */
import { coldQuestion } from "@spillway/shared/admission/cold-limit.ts";
import { IsolateAdmission } from "@spillway/shared/admission/isolate-admission.ts";
import { TokenBucket } from "@spillway/shared/admission/token-bucket.ts";
import type { Draws } from "./draws.ts";
import type { FleetOptions } from "./options.ts";

export type Isolate = {
  readonly admission: IsolateAdmission;
  readonly location: Location;
  /** The requests that it accepts before the platform starts another isolate. */
  readonly capacity: TokenBucket;
  readonly bornMs: number;
  lastMs: number;
  /** Element i is 1 when page i is in memory; see page-store.ts. */
  readonly pages: Uint8Array;
};

/** How many requests an isolate may accept at once beyond its rate. */
const CAPACITY_DEPTH = 10;
const SWEEP_MS = 1000;

export class Location {
  /** The mean time of one way to the origin. */
  readonly tripMs: number;
  readonly isolates: Isolate[] = [];
  readonly #options: FleetOptions;
  readonly #draws: Draws;
  readonly #names: () => string;
  /** What the limiter has granted for each key. */
  readonly #granted = new Map<string, { readonly atMs: number; readonly units: number }[]>();
  #sweptMs = 0;

  constructor(options: FleetOptions, draws: Draws, names: () => string) {
    this.#options = options;
    this.#draws = draws;
    this.#names = names;
    this.tripMs = options.leastTripMs + (options.mostTripMs - options.leastTripMs) * draws.uniform();
  }

  /** Draws the time of one trip. */
  trip(): number {
    return Math.max(1, this.#draws.normal(this.tripMs, this.tripMs * this.#options.tripJitter));
  }

  /** Chooses the isolate for a request: one of two at random that has capacity, otherwise a new one. */
  route(nowMs: number): Isolate {
    this.#evictIdle(nowMs);
    for (let choice = 0; choice < 2; choice += 1) {
      const isolate = this.isolates[Math.floor(this.#draws.uniform() * this.isolates.length)];
      if (isolate?.capacity.take(nowMs) === true) {
        isolate.lastMs = nowMs;
        return isolate;
      }
    }
    return this.#start(nowMs);
  }

  /**
   * The Rate Limiting binding, asked as the edge asks it: it counts each key by itself, and sees the counts of
   * other isolates a little late.
   */
  limit(thresholdPerSec: number, nowMs: number, armed: boolean): boolean {
    const { coldLimit, coldLagMs } = this.#options;
    const { key, units } = coldQuestion(thresholdPerSec, nowMs, this.#draws.uniform, armed);
    this.#forgetKeys(nowMs);
    const granted = this.#granted.get(key) ?? [];
    let seen = 0;
    for (const { atMs, units: spent } of granted) if (atMs <= nowMs - coldLagMs) seen += spent;
    if (seen + units > coldLimit) return false;
    granted.push({ atMs: nowMs, units });
    this.#granted.set(key, granted);
    return true;
  }

  /** Keys stand in the order of their first grants. */
  #forgetKeys(nowMs: number): void {
    for (const [key, [first]] of this.#granted) {
      if (first !== undefined && first.atMs > nowMs - this.#options.coldPeriodMs) return;
      this.#granted.delete(key);
    }
  }

  #start(nowMs: number): Isolate {
    const { isolatePerSec, clusters } = this.#options;
    const isolate: Isolate = {
      admission: new IsolateAdmission({ isolate: this.#names(), draw: this.#draws.uniform, hasWatch: true }),
      location: this,
      capacity: new TokenBucket(isolatePerSec, CAPACITY_DEPTH, nowMs, CAPACITY_DEPTH - 1),
      bornMs: nowMs,
      lastMs: nowMs,
      // The second half is for clusters that a new index renames.
      pages: new Uint8Array(2 * clusters),
    };
    this.isolates.push(isolate);
    return isolate;
  }

  #evictIdle(nowMs: number): void {
    if (nowMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    const sinceMs = nowMs - this.#options.idleEvictS * 1000;
    for (let at = this.isolates.length - 1; at >= 0; at -= 1) {
      const isolate = this.isolates[at];
      if (isolate === undefined || isolate.lastMs >= sinceMs) continue;
      this.isolates[at] = this.isolates.at(-1) as Isolate;
      this.isolates.pop();
    }
  }
}
