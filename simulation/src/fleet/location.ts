/** One data centre: its isolates, which start with load and are evicted when idle, and its rate limiter. */
import { coldQuestion } from "@spillway/shared/admission/cold-limit.ts";
import { IsolateAdmission } from "@spillway/shared/admission/isolate-admission.ts";
import { Capacities } from "./capacities.ts";
import type { Draws } from "./draws.ts";
import type { FleetOptions } from "./options.ts";

export type Isolate = {
  readonly admission: IsolateAdmission;
  readonly location: Location;
  /** Counts all isolates of the run, from 0. */
  readonly number: number;
  readonly bornMs: number;
  lastMs: number;
};

const SWEEP_MS = 1000;

export class Location {
  /** The mean time of one way to the origin. */
  readonly tripMs: number;
  readonly isolates: Isolate[] = [];
  readonly #options: FleetOptions;
  readonly #draws: Draws;
  readonly #capacities: Capacities;
  readonly #nextNumber: () => number;
  /** What the limiter has granted for each key. */
  readonly #granted = new Map<string, { readonly atMs: number; readonly units: number }[]>();
  #sweptMs = 0;

  constructor(options: FleetOptions, draws: Draws, nextNumber: () => number) {
    this.#options = options;
    this.#draws = draws;
    this.#capacities = new Capacities(options.isolatePerSec);
    this.#nextNumber = nextNumber;
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
      const at = Math.floor(this.#draws.uniform() * this.isolates.length);
      if (at >= this.isolates.length || !this.#capacities.take(at, nowMs)) continue;
      const isolate = this.isolates[at] as Isolate;
      isolate.lastMs = nowMs;
      return isolate;
    }
    return this.#start(nowMs);
  }

  /**
   * The Rate Limiting binding, asked as the edge asks it: it counts each key by itself, and sees the counts
   * of other isolates a little late.
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
    const number = this.#nextNumber();
    const isolate: Isolate = {
      admission: new IsolateAdmission({
        isolate: `i${number}`,
        draw: this.#draws.uniform,
        hasWatch: true,
      }),
      location: this,
      number,
      bornMs: nowMs,
      lastMs: nowMs,
    };
    this.#capacities.start(this.isolates.length, nowMs);
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
      const last = this.isolates.length - 1;
      this.#capacities.move(last, at);
      this.isolates[at] = this.isolates[last] as Isolate;
      this.isolates.pop();
    }
  }
}
