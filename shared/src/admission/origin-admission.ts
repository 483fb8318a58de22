/**
 * Admission at the origin: the gate decides about this request, and the credit about the next ones of the
 * same isolate.
 */
import { MAX_LEASE_MS, type Credit, type DemandReport } from "./credit.ts";
import { CreditLedger } from "./credit-ledger.ts";
import { DemandAggregate } from "./demand-aggregate.ts";
import { Gate, type GateDecision, type GateLimits } from "./gate.ts";
import { TrimControl } from "./trim-control.ts";

export type OriginDecision = {
  readonly gate: GateDecision;
  /** Undefined for a caller that has reported no demand. */
  readonly credit: Credit | undefined;
};

export type OriginAdmissionOptions = {
  readonly limits: GateLimits;
  /**
   * How many origins share the threshold. Each sees its part of the demand, and its limits hold its part of
   * the threshold.
   */
  readonly instances: number;
  readonly draw: () => number;
};

const OPEN: Credit = { kind: "open" };

export class OriginAdmission {
  readonly gate: Gate;
  readonly demand: DemandAggregate;
  readonly ledger: CreditLedger;
  readonly trim = new TrimControl();
  readonly #instances: number;

  constructor({ limits, instances, draw }: OriginAdmissionOptions, nowMs: number) {
    this.gate = new Gate(limits, nowMs);
    this.demand = new DemandAggregate(() => this.gate.limits.thresholdPerSec);
    this.ledger = new CreditLedger(draw, instances);
    this.#instances = instances;
  }

  /**
   * Decides about a request for individual work. When the gate admits it, the caller must call
   * `gate.release()` afterwards.
   */
  request(report: DemandReport | undefined, nowMs: number): OriginDecision {
    this.demand.add(report?.arrivals ?? 1, nowMs);
    const gate = this.gate.tryEnter(nowMs);
    if (!gate.admitted) this.demand.refused(nowMs);
    return { gate, credit: report === undefined ? undefined : this.#creditFor(report, nowMs) };
  }

  #creditFor(report: DemandReport, nowMs: number): Credit {
    const { thresholdPerSec } = this.gate.limits;
    if (thresholdPerSec === undefined || !this.demand.over) {
      this.trim.reset();
      this.ledger.release(report.isolate);
      return OPEN;
    }
    if (thresholdPerSec === 0) return { kind: "share", ratePerSec: 0, leaseMs: MAX_LEASE_MS };
    const { demandPerSec, offeredPerSec } = this.demand;
    const kappa = this.trim.kappa(offeredPerSec / thresholdPerSec, nowMs);
    const capacityPerSec = kappa * thresholdPerSec * this.#instances;
    return this.ledger.share(report, capacityPerSec, demandPerSec * this.#instances, nowMs);
  }
}
