/** One data centre: its isolates, started with load and evicted when idle, and its rate limiter. */
import { IsolateAdmission } from "@spillway/shared/admission/isolate-admission.ts";
import { TokenBucket } from "@spillway/shared/admission/token-bucket.ts";
import type { Draws } from "./draws.ts";
import type { FleetOptions } from "./options.ts";

export type Isolate = {
  readonly admission: IsolateAdmission;
  readonly location: Location;
  /** What it takes before another one is started. */
  readonly room: TokenBucket;
  readonly bornMs: number;
  lastMs: number;
  /** 1 for each page that is in memory; see page-store.ts. */
  readonly pages: Uint8Array;
};

/** Requests that an isolate takes at once, beside its rate. */
const ROOM_DEPTH = 10;
const SWEEP_MS = 1000;

export class Location {
  /** One way to the origin, on average. */
  readonly tripMs: number;
  readonly isolates: Isolate[] = [];
  readonly #options: FleetOptions;
  readonly #draws: Draws;
  readonly #names: () => string;
  readonly #grantedMs: number[] = [];
  #periodMs = Number.NEGATIVE_INFINITY;
  #sweptMs = 0;

  constructor(options: FleetOptions, draws: Draws, names: () => string) {
    this.#options = options;
    this.#draws = draws;
    this.#names = names;
    this.tripMs = options.leastTripMs + (options.mostTripMs - options.leastTripMs) * draws.uniform();
  }

  /** One trip's time. */
  trip(): number {
    return Math.max(1, this.#draws.normal(this.tripMs, this.tripMs * this.#options.tripJitter));
  }

  /** The isolate that takes a request: one of two at random that has room, otherwise a new one. */
  route(nowMs: number): Isolate {
    this.#evictIdle(nowMs);
    for (let choice = 0; choice < 2; choice += 1) {
      const isolate = this.isolates[Math.floor(this.#draws.uniform() * this.isolates.length)];
      if (isolate?.room.take(nowMs) === true) {
        isolate.lastMs = nowMs;
        return isolate;
      }
    }
    return this.#start(nowMs);
  }

  /** The Rate Limiting binding: counts within fixed periods, and knows of the other isolates' counts a little late. */
  limit(nowMs: number): boolean {
    const { coldLimit, coldPeriodMs, coldLagMs } = this.#options;
    if (nowMs >= this.#periodMs + coldPeriodMs) {
      this.#periodMs = Math.floor(nowMs / coldPeriodMs) * coldPeriodMs;
      this.#grantedMs.length = 0;
    }
    let seen = 0;
    for (const grantedMs of this.#grantedMs) if (grantedMs <= nowMs - coldLagMs) seen += 1;
    if (seen >= coldLimit) return false;
    this.#grantedMs.push(nowMs);
    return true;
  }

  #start(nowMs: number): Isolate {
    const { isolatePerSec, clusters } = this.#options;
    const isolate: Isolate = {
      admission: new IsolateAdmission({ isolate: this.#names(), draw: this.#draws.uniform, hasWatch: true }),
      location: this,
      room: new TokenBucket(isolatePerSec, ROOM_DEPTH, nowMs, ROOM_DEPTH - 1),
      bornMs: nowMs,
      lastMs: nowMs,
      // There is room for as many again, because a new index may rename all clusters.
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
