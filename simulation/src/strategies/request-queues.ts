/**
 * An origin that accepts every request: each instance has a first-in, first-out queue that no request leaves
 * before its turn.
 */
import type { Draws } from "../fleet/draws.ts";
import type { FleetOptions } from "../fleet/options.ts";
import { drawWorkMs, REFUSAL_MS } from "../fleet/origin-fleet.ts";
import type { SimulatedOrigin } from "./simulate-origin.ts";

export type QueueOptions = {
  readonly fleet: FleetOptions;
  /** Answers a second that one instance can compute. */
  readonly perInstancePerSec: number;
  /** The most requests that wait in one instance. */
  readonly queueLimit: number;
};

/**
 * The load balancer takes the shorter of two randomly drawn queues (Mitzenmacher, The power of two choices,
 * 2001; Envoy's least-request default). Work is not cancelled when a client has left, because HTTP servers
 * seldom notice before they write. So in an overload most of the capacity is spent on answers that nobody
 * waits for any more.
 */
export class RequestQueues {
  readonly #options: QueueOptions;
  readonly #draws: Draws;
  /** The time at which each instance will have finished its queue. */
  readonly #freeMs: number[] = [];

  constructor(options: QueueOptions, draws: Draws) {
    this.#options = options;
    this.#draws = draws;
  }

  /**
   * Returns the time at which the answer is ready, or undefined when the queue is full. `instances` is how
   * many accept requests now.
   */
  enqueue(instances: number, nowMs: number): number | undefined {
    const { fleet, perInstancePerSec, queueLimit } = this.#options;
    const [one, other] = [this.#pick(instances), this.#pick(instances)];
    const at = this.#busyUntilMs(one) <= this.#busyUntilMs(other) ? one : other;
    const startMs = Math.max(nowMs, this.#busyUntilMs(at));
    const eachMs = 1000 / perInstancePerSec;
    if (startMs - nowMs > queueLimit * eachMs) return undefined;
    this.#freeMs[at] = startMs + eachMs;
    return startMs + drawWorkMs(fleet, this.#draws);
  }

  #pick(instances: number): number {
    return Math.floor(this.#draws.uniform() * instances);
  }

  #busyUntilMs(at: number): number {
    return this.#freeMs[at] ?? Number.NEGATIVE_INFINITY;
  }
}

/** `instancesAt` returns how many instances accept requests. A full queue answers 503. */
export function originWithQueues(
  options: QueueOptions,
  instancesAt: (atS: number) => number,
  draws: Draws,
): SimulatedOrigin {
  const queues = new RequestQueues(options, draws);
  return {
    answer: (nowMs) => {
      const readyMs = queues.enqueue(instancesAt(nowMs / 1000), nowMs);
      return readyMs === undefined
        ? { rung: "failed", readyMs: nowMs + REFUSAL_MS }
        : { rung: "individual", readyMs };
    },
  };
}
