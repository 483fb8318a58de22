/** The origin's shares: who has been credited how much of the threshold, and for how long. */
import { MAX_LEASE_MS, REPORT_MAX_AGE_MS, type Credit, type DemandReport } from "./credit.ts";

type Entry = { weight: number; ratePerSec: number; leaseUntilMs: number; untilMs: number };

/**
 * Of the threshold that goes to all isolates alike. It keeps the slowest isolate in touch: with a share of its demand
 * alone it would hear only after ten seconds that the spike is over.
 */
const BY_HEAD = 0.3;
/** A lease outlives three forwards at its rate, within these bounds. */
const LEASE_FORWARDS = 3;
const LEAST_LEASE_MS = 1000;
/** Somebody whose demand has collapsed may be the first to see the end of a spike: let it ask again soon. */
const FALLEN_LEASE_MS = 300;
/** A credit is in use at the edge until its lease has ended there, a trip later than here. */
const TRIP_MS = 500;
const SWEEP_MS = 250;

/**
 * Share of isolate i with demand d_i: r_i = d_i · κT / max(Λ, Σ d), and never more than what the others' credits have left
 * of κT. So the credited rates sum up to at most κT at each grant, whatever the reports say.
 */
export class CreditLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #draw: () => number;
  #weights = 0;
  #rates = 0;
  #sweptMs = Number.NEGATIVE_INFINITY;

  /** `draw`: uniform in [0, 1), spreads the ends of empty leases. */
  constructor(draw: () => number) {
    this.#draw = draw;
  }

  /** Sum of the rates of all leases. */
  get creditedPerSec(): number {
    return this.#rates;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** `capacityPerSec`: κT. `demandPerSec`: Λ, of the whole fleet. */
  share(report: DemandReport, capacityPerSec: number, demandPerSec: number, nowMs: number): Credit {
    this.#sweep(nowMs);
    this.release(report.isolate);
    const weight = Math.max(report.demandPerSec, Number.MIN_VALUE);
    const byDemand = weight / Math.max(demandPerSec, this.#weights + weight);
    const byHead = 1 / (this.#entries.size + 1);
    const fair = capacityPerSec * (BY_HEAD * byHead + (1 - BY_HEAD) * byDemand);
    const ratePerSec = Math.max(0, Math.min(fair, capacityPerSec - this.#rates));
    const leaseMs = this.#leaseMs(ratePerSec, report.fell);
    this.#entries.set(report.isolate, {
      weight,
      ratePerSec,
      leaseUntilMs: nowMs + leaseMs + TRIP_MS,
      untilMs: nowMs + REPORT_MAX_AGE_MS + TRIP_MS,
    });
    this.#weights += weight;
    this.#rates += ratePerSec;
    return { kind: "share", ratePerSec, leaseMs };
  }

  /** The isolate is open, and spends no credit. */
  release(isolate: string): void {
    const entry = this.#entries.get(isolate);
    if (entry === undefined) return;
    this.#entries.delete(isolate);
    this.#weights -= entry.weight;
    this.#rates -= entry.ratePerSec;
  }

  #leaseMs(ratePerSec: number, fell: boolean): number {
    if (fell) return FALLEN_LEASE_MS;
    const forwardsMs = ratePerSec > 0 ? (LEASE_FORWARDS * 1000) / ratePerSec : LEAST_LEASE_MS;
    const leaseMs = Math.min(MAX_LEASE_MS, Math.max(LEAST_LEASE_MS, forwardsMs));
    return ratePerSec > 0 ? leaseMs : leaseMs * (1 + this.#draw());
  }

  #sweep(nowMs: number): void {
    const sinceMs = nowMs - this.#sweptMs;
    if (sinceMs >= 0 && sinceMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    // Added up anew, so that rounding errors do not pile up.
    this.#weights = this.#rates = 0;
    for (const [isolate, entry] of this.#entries) {
      // Further ahead than any report: the clock was set back.
      if (entry.untilMs <= nowMs || entry.untilMs > nowMs + REPORT_MAX_AGE_MS + TRIP_MS) {
        this.#entries.delete(isolate);
        continue;
      }
      // Its demand still counts, its credit is free again.
      if (entry.leaseUntilMs <= nowMs) entry.ratePerSec = 0;
      this.#weights += entry.weight;
      this.#rates += entry.ratePerSec;
    }
  }
}
