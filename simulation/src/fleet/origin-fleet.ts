/** The origin's instances behind one load balancer: the shipped admission in each, and a line of work behind its gate. */
import type { DemandReport } from "@spillway/shared/admission/credit.ts";
import { OriginAdmission, type OriginDecision } from "@spillway/shared/admission/origin-admission.ts";
import type { Draws } from "./draws.ts";
import type { FleetOptions } from "./options.ts";

export type OriginReply = OriginDecision & {
  /** When the answer is ready: of work done, or of a refusal. */
  readonly readyMs: number;
  /** The instance to be told when the answer is ready. */
  readonly instance: OriginInstance;
};

/** Requests that an instance answers at once: the shipped default of MAX_IN_FLIGHT. */
const MAX_IN_FLIGHT = 64;
/** What a 429 takes, which is no work. */
export const REFUSAL_MS = 0.5;

export type OriginInstance = {
  readonly admission: OriginAdmission;
  /** The instance has work until then. */
  busyUntilMs: number;
};

export class OriginFleet {
  readonly instances: OriginInstance[];
  readonly #options: FleetOptions;
  readonly #draws: Draws;
  #scale = 1;

  constructor(options: FleetOptions, draws: Draws, thresholdPerSec: number) {
    const { originInstances } = options;
    this.#options = options;
    this.#draws = draws;
    const limits = { thresholdPerSec: thresholdPerSec / originInstances, maxInFlight: MAX_IN_FLIGHT };
    this.instances = Array.from({ length: originInstances }, () => ({
      admission: new OriginAdmission({ limits, instances: originInstances, draw: draws.uniform }, 0),
      busyUntilMs: 0,
    }));
  }

  /**
   * Capacity from now on, of that at the start; thresholds are set apart. An origin that is scaled is taken as one gate for
   * all its machines: the shipped shares are told at start how many there are, and not that their number changes.
   */
  scale(ofStart: number): void {
    this.#scale = ofStart;
  }

  /** The operator's band, or a push of routing. */
  setThreshold(thresholdPerSec: number, nowMs: number): void {
    const limits = {
      thresholdPerSec: thresholdPerSec / this.instances.length,
      maxInFlight: MAX_IN_FLIGHT * this.#scale,
    };
    for (const { admission } of this.instances) admission.gate.setLimits(limits, nowMs);
  }

  request(report: DemandReport | undefined, nowMs: number): OriginReply {
    const instance = this.instances[Math.floor(this.#draws.uniform() * this.instances.length)];
    if (instance === undefined) throw new RangeError("the origin has at least one instance");
    const decision = instance.admission.request(report, nowMs);
    if (!decision.gate.admitted) return { ...decision, readyMs: nowMs + REFUSAL_MS, instance };
    const startMs = Math.max(nowMs, instance.busyUntilMs);
    instance.busyUntilMs =
      startMs + 1000 / (this.#scale * instancePerSec(this.#options, this.instances.length));
    return { ...decision, readyMs: startMs + drawWorkMs(this.#options, this.#draws), instance };
  }
}

/** Individual answers a second that each of `instances` can make: they share T, and can do a little more. */
export function instancePerSec(
  { thresholdPerSec, capacityOfThreshold }: FleetOptions,
  instances: number,
): number {
  return (thresholdPerSec * capacityOfThreshold) / instances;
}

/** Time that one answer takes when its turn has come. */
export function drawWorkMs({ serviceLeastMs, serviceMeanMs }: FleetOptions, draws: Draws): number {
  return serviceLeastMs + draws.exponential(serviceMeanMs - serviceLeastMs);
}
