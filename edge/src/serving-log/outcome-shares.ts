/**
 * How rare each outcome is in this isolate, so that the sample keeps rare ones better than common ones. Pure.
 */
import type { ServedAs, ServedReason } from "@spillway/shared/protocol/served.ts";
import { SERVED_KINDS, servedKind } from "../metrics/served-counts.ts";

/** Of the commonest outcome it is 1 at least: nobody is kept more than this many times as often. */
const MOST = 16;
/**
 * Requests from one weighing to the next. Weighing by requests, and not by draws, keeps the sample unbiased.
 */
const WEIGHED_EVERY = 128;

export class OutcomeShares {
  readonly #counts = new Float64Array(2 * SERVED_KINDS);
  readonly #importances = new Float64Array(2 * SERVED_KINDS).fill(MOST);
  #untilWeighed = 1;

  /**
   * Counts a request, and returns its importance: one over the square root of its outcome's share. With it an
   * outcome gets as many places as the square root of its share (M. Bankier, Power allocations, 1988), so
   * that of 1 % and of 90 % both are told well. Who was named by a rule is an outcome of its own.
   */
  importanceOf(as: ServedAs, reason: ServedReason, byRule: boolean): number {
    if ((this.#untilWeighed -= 1) === 0) this.#weigh();
    const at = servedKind(as, reason) + (byRule ? SERVED_KINDS : 0);
    (this.#counts[at] as number) += 1;
    return this.#importances[at] as number;
  }

  /** What was before counts half from now on. */
  fade(): void {
    for (let at = 0; at < this.#counts.length; at += 1) (this.#counts[at] as number) /= 2;
  }

  #weigh(): void {
    this.#untilWeighed = WEIGHED_EVERY;
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    for (let at = 0; at < this.#counts.length; at += 1) {
      // At 0 it is the most, and before the first request all are.
      this.#importances[at] = Math.min(MOST, Math.sqrt(total / (this.#counts[at] as number)) || MOST);
    }
  }
}
