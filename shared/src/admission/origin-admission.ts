/**
 * Admission at the origin: the gate decides about this request, and the credit about the next ones of the
 * same isolate.
 */
import { ArmedBudget } from "./armed-budget.ts";
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

/**
 * The part of the threshold that isolates hold in an armed window while demand is under it. A crowd also
 * finds what stands in their buckets, and both together must be about the threshold.
 */
const ARMED_PART = 0.7;

const OPEN: Credit = { kind: "open" };

export class OriginAdmission {
  readonly gate: Gate;
  readonly demand: DemandAggregate;
  readonly ledger: CreditLedger;
  readonly trim: TrimControl;
  readonly armed = new ArmedBudget();
  #isArmed = false;
  readonly #instances: number;

  constructor({ limits, instances, draw }: OriginAdmissionOptions, nowMs: number) {
    this.gate = new Gate(limits, nowMs);
    this.demand = new DemandAggregate(() => this.gate.limits.thresholdPerSec);
    this.ledger = new CreditLedger(draw, instances);
    this.trim = new TrimControl(instances);
    this.#instances = instances;
  }

  /**
   * Decides about a request for individual work. When the gate admits it, the caller must call
   * `gate.release()` afterwards. `armedFromMs`: when the armed window began that holds, if one does.
   */
  request(report: DemandReport | undefined, nowMs: number, armedFromMs?: number): OriginDecision {
    this.demand.add(report?.arrivals ?? 1, nowMs, this.#isArmed);
    const { thresholdPerSec = Number.POSITIVE_INFINITY } = this.gate.limits;
    this.#isArmed = this.armed.holds(armedFromMs, (report?.arrivals ?? 1) - 1, this.demand, thresholdPerSec);
    const gate = this.gate.tryEnter(nowMs);
    if (!gate.admitted) this.demand.refused(nowMs);
    return { gate, credit: report === undefined ? undefined : this.#creditFor(report, nowMs) };
  }

  #creditFor(report: DemandReport, nowMs: number): Credit {
    const { thresholdPerSec } = this.gate.limits;
    const { demandPerSec, offeredPerSec, over } = this.demand;
    if (!over) this.trim.reset();
    if (thresholdPerSec === undefined || (!over && !this.#isArmed)) {
      this.ledger.release(report.isolate);
      return OPEN;
    }
    if (thresholdPerSec === 0) return { kind: "share", ratePerSec: 0, leaseMs: MAX_LEASE_MS };
    const part = over ? this.trim.kappa(offeredPerSec, thresholdPerSec, nowMs) : ARMED_PART;
    const capacityPerSec = part * thresholdPerSec * this.#instances;
    const asks = over ? report : { ...report, collapsed: false };
    const fromCalm = this.#isArmed && !this.trim.isSettled;
    return this.ledger.share(asks, capacityPerSec, demandPerSec * this.#instances, nowMs, fromCalm);
  }
}
