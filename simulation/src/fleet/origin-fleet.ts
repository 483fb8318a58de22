/**
 * The origin's instances behind one load balancer. Each has the real admission, and a queue of work behind
 * its gate.
 */
import type { DemandReport } from "@spillway/shared/admission/credit.ts";
import { OriginAdmission, type OriginDecision } from "@spillway/shared/admission/origin-admission.ts";
import type { Draws } from "./draws.ts";
import type { FleetOptions } from "./options.ts";

export type OriginReply = OriginDecision & {
  /** When the reply is ready, whether it is an answer or a refusal. */
  readonly readyMs: number;
  /** The instance whose gate must be released when the answer is ready. */
  readonly instance: OriginInstance;
};

/** The time of a 429, which needs no work. */
export const REFUSAL_MS = 0.5;

export type OriginInstance = {
  readonly admission: OriginAdmission;
  /** The time until which the instance has work. */
  busyUntilMs: number;
};

export class OriginFleet {
  readonly instances: OriginInstance[];
  readonly #options: FleetOptions;
  readonly #draws: Draws;
  #scale = 1;

  constructor(options: FleetOptions, draws: Draws, thresholdPerSec: number) {
    const { originInstances, maxInFlight } = options;
    this.#options = options;
    this.#draws = draws;
    const limits = { thresholdPerSec: thresholdPerSec / originInstances, maxInFlight };
    this.instances = Array.from({ length: originInstances }, () => ({
      admission: new OriginAdmission({ limits, instances: originInstances, draw: draws.uniform }, 0),
      busyUntilMs: 0,
    }));
  }

  /**
   * Sets the capacity from now on, as a multiple of that at the start. Thresholds are set separately. A
   * scaled origin has one gate for all its machines, because the real shares learn the number of instances at
   * start and not its changes.
   */
  scale(ofStart: number): void {
    this.#scale = ofStart;
  }

  /** Applies a new band, or a push of routing. */
  setThreshold(thresholdPerSec: number, nowMs: number): void {
    const limits = {
      thresholdPerSec: thresholdPerSec / this.instances.length,
      maxInFlight: this.#options.maxInFlight * this.#scale,
    };
    for (const { admission } of this.instances) admission.gate.setLimits(limits, nowMs);
  }

  request(report: DemandReport | undefined, nowMs: number, armedFromMs?: number): OriginReply {
    const instance = this.instances[Math.floor(this.#draws.uniform() * this.instances.length)];
    if (instance === undefined) throw new RangeError("the origin has at least one instance");
    const decision = instance.admission.request(report, nowMs, armedFromMs);
    if (!decision.gate.admitted) return { ...decision, readyMs: nowMs + REFUSAL_MS, instance };
    const startMs = Math.max(nowMs, instance.busyUntilMs);
    instance.busyUntilMs =
      startMs + 1000 / (this.#scale * instancePerSec(this.#options, this.instances.length));
    return { ...decision, readyMs: startMs + drawWorkMs(this.#options, this.#draws), instance };
  }
}

/**
 * Individual answers a second that each of `instances` can compute. They share T, and can do a little more.
 */
export function instancePerSec(
  { thresholdPerSec, capacityOfThreshold }: FleetOptions,
  instances: number,
): number {
  return (thresholdPerSec * capacityOfThreshold) / instances;
}

/** Draws the time of one answer, without the wait before it. */
export function drawWorkMs({ serviceLeastMs, serviceMeanMs }: FleetOptions, draws: Draws): number {
  return serviceLeastMs + draws.exponential(serviceMeanMs - serviceLeastMs);
}
