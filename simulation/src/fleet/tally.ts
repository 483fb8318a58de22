/**
 * Counts what happens in a rehearsal: in slots of 10 ms, so that every window of one second can be examined,
 * and latencies in a histogram.
 */

export const RUNGS = ["individual", "tailored", "cluster", "parent", "generic", "builtin", "failed"] as const;
export type Rung = (typeof RUNGS)[number];

export const SLOT_MS = 10;
const SLOTS_PER_S = 1000 / SLOT_MS;
/** The bins of the latency histogram are 2 % wide each, from 0.1 ms to over an hour. */
const LATENCY_STEP = Math.log(1.02);
const MIN_LATENCY_MS = 0.1;
const LATENCY_STEPS = 900;

export class Tally {
  readonly seconds: number;
  readonly arrivals: Uint32Array;
  readonly offered: Uint32Array;
  readonly personalized: Uint32Array;
  /** Responses of each rung, counted at the time of the arrival. */
  readonly served: Readonly<Record<Rung, Uint32Array>>;
  readonly #latencies = new Float64Array(LATENCY_STEPS);
  #lastMs = MIN_LATENCY_MS;
  #lastStep = 0;

  constructor(durationS: number) {
    this.seconds = Math.ceil(durationS);
    const series = (): Uint32Array => new Uint32Array(this.seconds * SLOTS_PER_S);
    this.arrivals = series();
    this.offered = series();
    this.personalized = series();
    this.served = Object.fromEntries(RUNGS.map((rung) => [rung, series()])) as Record<Rung, Uint32Array>;
  }

  arrive(atMs: number): void {
    increment(this.arrivals, atMs);
  }

  /** A request has reached the origin. */
  offer(atMs: number): void {
    increment(this.offered, atMs);
  }

  /** The origin has begun an individual answer. */
  personalize(atMs: number): void {
    increment(this.personalized, atMs);
  }

  /** A response has been sent. */
  serve(rung: Rung, arrivedMs: number, latencyMs: number): void {
    increment(this.served[rung], arrivedMs);
    // Most pages come from memory and take the same time as the one before.
    if (latencyMs !== this.#lastMs) {
      this.#lastMs = latencyMs;
      this.#lastStep = stepOf(latencyMs);
    }
    const at = this.#lastStep;
    this.#latencies[at] = (this.#latencies[at] ?? 0) + 1;
  }

  /** The latency that a share `q` of the responses did not exceed, within 2 %. */
  latencyMs(q: number): number {
    const total = this.#latencies.reduce((sum, count) => sum + count, 0);
    let below = 0;
    const step = this.#latencies.findIndex((count) => (below += count) >= q * total);
    return MIN_LATENCY_MS * Math.exp(LATENCY_STEP * (Math.max(0, step) + 1));
  }
}

function stepOf(latencyMs: number): number {
  const steps = Math.log(Math.max(MIN_LATENCY_MS, latencyMs) / MIN_LATENCY_MS) / LATENCY_STEP;
  return Math.min(LATENCY_STEPS - 1, Math.floor(steps));
}

function increment(series: Uint32Array, atMs: number): void {
  const slot = Math.floor(atMs / SLOT_MS);
  // An event after the end of the run is not counted.
  if (slot < series.length) series[slot] = (series[slot] ?? 0) + 1;
}

/** Sum over [fromS, toS). */
export function sumOver(series: Uint32Array, fromS: number, toS: number): number {
  const slots = series.subarray(Math.round(fromS * SLOTS_PER_S), Math.round(toS * SLOTS_PER_S));
  return slots.reduce((sum, count) => sum + count, 0);
}

/** Sums over every window of one second, by its first slot. */
export function secondWindows(series: Uint32Array): Float64Array {
  const windows = new Float64Array(Math.max(0, series.length - SLOTS_PER_S + 1));
  let sum = 0;
  for (let slot = 0; slot < series.length; slot += 1) {
    sum += series[slot] ?? 0;
    if (slot >= SLOTS_PER_S) sum -= series[slot - SLOTS_PER_S] ?? 0;
    if (slot >= SLOTS_PER_S - 1) windows[slot - SLOTS_PER_S + 1] = sum;
  }
  return windows;
}

/** One value for each whole second. */
export function perSecond(series: Uint32Array): number[] {
  return Array.from({ length: series.length / SLOTS_PER_S }, (_, second) =>
    sumOver(series, second, second + 1),
  );
}
