/** An origin that takes every request: each instance has a line, first in, first out, that nobody leaves before its turn. */
import type { Draws } from "../fleet/draws.ts";
import type { FleetOptions } from "../fleet/options.ts";
import { drawWorkMs, REFUSAL_MS } from "../fleet/origin-fleet.ts";
import type { PlayedOrigin } from "./play-origin.ts";

export type LineOptions = {
  readonly fleet: FleetOptions;
  /** Answers a second that one instance can make. */
  readonly perInstancePerSec: number;
  /** Requests that wait in one instance, at most. */
  readonly queueLimit: number;
};

/**
 * The load balancer takes the shorter line of two drawn at random (Mitzenmacher, The power of two choices, 2001; Envoy's
 * least-request default). Work is not cancelled when a client has gone, as HTTP servers seldom notice before they write: in
 * an overload most of the capacity goes into answers that nobody waits for any more.
 */
export class WaitingLines {
  readonly #options: LineOptions;
  readonly #draws: Draws;
  /** When each instance has done all that waits in it. */
  readonly #freeMs: number[] = [];

  constructor(options: LineOptions, draws: Draws) {
    this.#options = options;
    this.#draws = draws;
  }

  /** When the answer is ready; undefined where the line is full. `instances`: how many take requests now. */
  join(instances: number, nowMs: number): number | undefined {
    const { fleet, perInstancePerSec, queueLimit } = this.#options;
    const [one, other] = [this.#pick(instances), this.#pick(instances)];
    const at = this.#waitsUntilMs(one) <= this.#waitsUntilMs(other) ? one : other;
    const startMs = Math.max(nowMs, this.#waitsUntilMs(at));
    const eachMs = 1000 / perInstancePerSec;
    if (startMs - nowMs > queueLimit * eachMs) return undefined;
    this.#freeMs[at] = startMs + eachMs;
    return startMs + drawWorkMs(fleet, this.#draws);
  }

  #pick(instances: number): number {
    return Math.floor(this.#draws.uniform() * instances);
  }

  #waitsUntilMs(at: number): number {
    return this.#freeMs[at] ?? Number.NEGATIVE_INFINITY;
  }
}

/** `instancesAt`: how many take requests. A full line answers 503. */
export function originWithLines(
  options: LineOptions,
  instancesAt: (atS: number) => number,
  draws: Draws,
): PlayedOrigin {
  const lines = new WaitingLines(options, draws);
  return {
    answer: (nowMs) => {
      const readyMs = lines.join(instancesAt(nowMs / 1000), nowMs);
      return readyMs === undefined
        ? { rung: "failed", readyMs: nowMs + REFUSAL_MS }
        : { rung: "individual", readyMs };
    },
  };
}
