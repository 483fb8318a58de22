/**
 * The ledger of shares at the origin: it records which isolate was credited how much of the threshold, and
 * for how long.
 */
import { MAX_LEASE_MS, REPORT_MAX_AGE_MS, type Credit, type DemandReport } from "./credit.ts";

type Entry = {
  weight: number;
  ratePerSec: number;
  leaseMs: number;
  /** How many isolates this one stands for, among those that report, and among those that hold a lease. */
  ofReports: number;
  ofLeases: number;
  leaseUntilMs: number;
  untilMs: number;
};

/**
 * This part of the threshold goes to all isolates in equal shares. It keeps the slowest isolate in touch: an
 * isolate with a share by demand alone might learn only after ten seconds that the spike is over.
 */
const EQUAL_PART = 0.3;
/** A lease lasts as long as three forwards at its rate take, within these bounds. */
const LEASE_FORWARDS = 3;
const MIN_LEASE_MS = 1000;
/**
 * An isolate whose demand has collapsed may be the first to see the end of a spike, so it may ask again soon.
 */
const COLLAPSED_LEASE_MS = 300;
/**
 * What an origin of several knows of all credits is an estimate, so it never takes more than this of a fair
 * share.
 */
const LEAST_OF_SEVERAL = 0.5;
/**
 * The edge receives a credit one network trip after the origin has granted it, so the lease ends that much
 * later there.
 */
const TRIP_MS = 500;
const SWEEP_MS = 250;

/**
 * What an isolate can use within a lease, since its demand may grow. The first that ask would hold all else.
 */
function usablePerSec({ demandPerSec }: DemandReport): number {
  return 2 * demandPerSec + 1;
}

/**
 * Share of isolate i with demand d_i: r_i = κT · (0.3 / n + 0.7 · d_i / max(Λ, Σ d)), with n isolates, never
 * more than it can use, and with one origin never more than what the others' credits have left of κT. So the
 * credited rates sum up to at most κT at each grant, whatever the isolates report.
 *
 * Where m origins share the threshold, each ledger hears a part of the isolates. One that forwards k times
 * while its entry stands is known here with probability p = 1 − (1 − 1/m)^k, so it stands for 1/p isolates:
 * n, Σ d and the sum of all credits, of every origin together, are estimated without bias (Horvitz and
 * Thompson, 1952), although the origins never speak to each other. With one origin they are exact. Fair
 * shares add up to κT as far as n and Σ d are right, and κ makes up for the rest. The sum of the credits is
 * no bound there: an isolate asks several origins before the first reply, and only its newest credit counts.
 */
export class CreditLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #draw: () => number;
  readonly #instances: number;
  /** The logarithm of the chance that a forward goes to another origin. */
  readonly #logMissed: number;
  #isolates = 0;
  #weights = 0;
  #rates = 0;
  /** Since when there are shares. */
  #beganMs = Number.NaN;
  #sweptMs = Number.NEGATIVE_INFINITY;

  /**
   * `draw` returns a uniform number in [0, 1). It spreads the ends of leases that have rate 0. `instances` is
   * how many origins share the threshold.
   */
  constructor(draw: () => number, instances: number) {
    this.#draw = draw;
    this.#instances = instances;
    this.#logMissed = Math.log1p(-1 / instances);
  }

  /** Sum of the rates of all leases, whichever origin granted them. */
  get creditedPerSec(): number {
    return this.#rates;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * `capacityPerSec` is κT. `demandPerSec` is Λ, the demand of the whole fleet. `armed`: isolates have held
   * shares since before the crowd.
   */
  share(
    report: DemandReport,
    capacityPerSec: number,
    demandPerSec: number,
    nowMs: number,
    armed = false,
  ): Credit {
    if (this.#entries.size === 0) this.#beganMs = nowMs;
    this.#sweep(nowMs);
    this.release(report.isolate);
    const weight = Math.max(report.demandPerSec, Number.MIN_VALUE);
    const byDemand = weight / Math.max(demandPerSec, this.#weights + weight);
    const equal = 1 / (this.#isolates + 1);
    const fair = capacityPerSec * (EQUAL_PART * equal + (1 - EQUAL_PART) * byDemand);
    // Who answers for all isolates knows what they hold; others would count one twice that has asked several
    // at once, as open isolates do when a crowd comes, and armed ones do not.
    const knows = this.#instances === 1 || armed;
    const leftPerSec = knows ? capacityPerSec - this.#rates : Number.POSITIVE_INFINITY;
    const leastPerSec = this.#instances === 1 ? 0 : fair * LEAST_OF_SEVERAL;
    const ratePerSec = Math.min(fair, usablePerSec(report), Math.max(leastPerSec, leftPerSec));
    const leaseMs = this.#leaseMs(ratePerSec, report.collapsed);
    const entry = {
      weight,
      ratePerSec,
      leaseMs,
      ofReports: 1,
      ofLeases: 1,
      leaseUntilMs: nowMs + leaseMs + TRIP_MS,
      untilMs: nowMs + REPORT_MAX_AGE_MS + TRIP_MS,
    };
    this.#estimate(entry, nowMs);
    this.#entries.set(report.isolate, entry);
    this.#count(entry, 1);
    return { kind: "share", ratePerSec, leaseMs };
  }

  /** The isolate is open now, so it spends no credit. */
  release(isolate: string): void {
    const entry = this.#entries.get(isolate);
    if (entry === undefined) return;
    this.#entries.delete(isolate);
    this.#count(entry, -1);
  }

  #count({ weight, ratePerSec, ofReports, ofLeases }: Entry, sign: 1 | -1): void {
    this.#isolates += sign * ofReports;
    this.#weights += sign * ofReports * weight;
    this.#rates += sign * ofLeases * ratePerSec;
  }

  /** At the beginning of a spike no isolate can have forwarded as often as it may. */
  #estimate(entry: Entry, nowMs: number): void {
    if (this.#instances === 1) return;
    const sinceMs = Math.max(0, nowMs - this.#beganMs);
    const forwardsPerMs = Math.max(Math.min(entry.ratePerSec, entry.weight) / 1000, 1 / entry.leaseMs);
    const standsFor = (spanMs: number): number => {
      const forwards = Math.max(1, forwardsPerMs * Math.min(spanMs, sinceMs));
      return 1 / -Math.expm1(forwards * this.#logMissed);
    };
    entry.ofReports = standsFor(REPORT_MAX_AGE_MS + TRIP_MS);
    entry.ofLeases = standsFor(entry.leaseMs + TRIP_MS);
  }

  #leaseMs(ratePerSec: number, collapsed: boolean): number {
    if (collapsed) return COLLAPSED_LEASE_MS;
    const forwardsMs = ratePerSec > 0 ? (LEASE_FORWARDS * 1000) / ratePerSec : MIN_LEASE_MS;
    const leaseMs = Math.min(MAX_LEASE_MS, Math.max(MIN_LEASE_MS, forwardsMs));
    return ratePerSec > 0 ? leaseMs : leaseMs * (1 + this.#draw());
  }

  #sweep(nowMs: number): void {
    const sinceMs = nowMs - this.#sweptMs;
    if (sinceMs >= 0 && sinceMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    // The sums are computed anew each time, because rounding errors would add up otherwise.
    this.#isolates = this.#weights = this.#rates = 0;
    for (const [isolate, entry] of this.#entries) {
      // No report can end so far ahead, unless the clock was set back.
      if (entry.untilMs <= nowMs || entry.untilMs > nowMs + REPORT_MAX_AGE_MS + TRIP_MS) {
        this.#entries.delete(isolate);
        continue;
      }
      // The demand of the isolate still counts, but its credit is free again.
      // It still forwards as often, as far as is known, for what its report stands for.
      if (entry.leaseUntilMs > nowMs) this.#estimate(entry, nowMs);
      else entry.ratePerSec = 0;
      this.#count(entry, 1);
    }
  }
}
