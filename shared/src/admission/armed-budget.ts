/** What an armed window may cost at the origin, and when it has done its work. */

/** A window costs at most so many seconds' worth of the threshold: pages that the origin could have answered. */
export const ARMED_BUDGET_S = 10;
/** A crowd has come when demand is so many times the threshold. */
const CROWD = 1.5;

/**
 * While a window is armed and demand under the threshold, what stays at the edge is needless: each report says
 * how many requests that were. Beyond the budget the window is over before its time. So it is when the crowd
 * has come and gone, since nobody is expected any more.
 */
export class ArmedBudget {
  #windowMs: number | undefined;
  #needless = 0;
  #total = 0;
  #crowdCame = false;

  /** Pages of this window that were needless. */
  get needless(): number {
    return this.#needless;
  }

  /** The same, of all windows. */
  get needlessTotal(): number {
    return this.#total;
  }

  /**
   * True while isolates are credited with shares under the threshold. `armedFromMs`: when the present window
   * began, if there is one. `kept`: requests that stayed at the edge since this isolate's last forward.
   */
  holds(
    armedFromMs: number | undefined,
    kept: number,
    { over, demandPerSec }: { readonly over: boolean; readonly demandPerSec: number },
    thresholdPerSec: number,
  ): boolean {
    if (armedFromMs !== this.#windowMs) {
      this.#windowMs = armedFromMs;
      this.#needless = 0;
      this.#crowdCame = false;
    }
    if (armedFromMs === undefined) return false;
    if (over) this.#crowdCame ||= demandPerSec >= CROWD * thresholdPerSec;
    else if (!this.#isSpent(thresholdPerSec)) {
      this.#needless += kept;
      this.#total += kept;
    }
    return !this.#isSpent(thresholdPerSec) && (over || !this.#crowdCame);
  }

  #isSpent(thresholdPerSec: number): boolean {
    return this.#needless >= ARMED_BUDGET_S * thresholdPerSec;
  }
}
