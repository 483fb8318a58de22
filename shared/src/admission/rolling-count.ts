/**
 * Counts events over a short time span in slots of 10 ms. It takes constant time and memory, whatever the
 * load.
 */
import { CLOCK_SET_BACK_MS } from "./token-bucket.ts";

export const SLOT_MS = 10;

/**
 * Each slot holds three sums over its events: their number, their values, and the squares of their values.
 */
export class RollingCount {
  readonly #slots: number;
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #slot = Number.NaN;
  #total = 0;

  /** `spanMs` is the length of the span, a multiple of {@link SLOT_MS}. */
  constructor(spanMs: number) {
    this.#slots = spanMs / SLOT_MS;
    this.#counts = new Float64Array(this.#slots);
    this.#sums = new Float64Array(this.#slots);
    this.#squares = new Float64Array(this.#slots);
  }

  /**
   * The number of events within the span. The present slot has only begun, so the true window is up to one
   * slot shorter.
   */
  total(nowMs: number): number {
    this.advance(nowMs);
    return this.#total;
  }

  add(nowMs: number, value = 1): void {
    this.advance(nowMs);
    const at = this.#slot % this.#slots;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sums[at] = (this.#sums[at] ?? 0) + value;
    this.#squares[at] = (this.#squares[at] ?? 0) + value * value;
    this.#total += 1;
  }

  /**
   * Forgets what is older than the span. Returns true when a new slot has begun. A clock that stands still or
   * steps back a little adds to the last slot.
   */
  advance(nowMs: number): boolean {
    const slot = Math.floor(nowMs / SLOT_MS);
    const behind = slot - this.#slot;
    if (behind <= 0 && behind * SLOT_MS >= -CLOCK_SET_BACK_MS) return false;
    // Nothing is recent when the count was never used, was unused for the whole span, or the clock was set
    // back.
    const forget = behind >= 0 ? Math.min(behind, this.#slots) : this.#slots;
    for (let step = 1; step <= forget; step += 1) {
      const at = (slot - forget + step) % this.#slots;
      this.#total -= this.#counts[at] ?? 0;
      this.#counts[at] = this.#sums[at] = this.#squares[at] = 0;
    }
    this.#slot = slot;
    return true;
  }

  /**
   * Calls `visit` once for each window, with count, sum and sum of squares over its newest slots. `windows`
   * are numbers of slots in ascending order.
   */
  windows(
    windows: readonly number[],
    visit: (slots: number, count: number, sum: number, squares: number) => void,
  ): void {
    let [count, sum, squares, slot] = [0, 0, 0, 0];
    for (const until of windows) {
      for (; slot < until; slot += 1) {
        const at = (this.#slot - slot + this.#slots) % this.#slots;
        count += this.#counts[at] ?? 0;
        sum += this.#sums[at] ?? 0;
        squares += this.#squares[at] ?? 0;
      }
      visit(until, count, sum, squares);
    }
  }
}
