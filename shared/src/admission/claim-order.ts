/** Whom an isolate's share goes to: first to those who gain most by an individual page. */
import type { TokenBucket } from "./token-bucket.ts";

/**
 * What a request has to say for itself, most important first.
 * - `proven-without-state`: a token proves who it is, and the request carries no viewer state, so that only
 *   the origin can personalize;
 * - `carrier`: it carries a viewer state that is its own, from which the edge can tailor a page by itself;
 * - `stranger`: the origin knows no more of it than its cluster's page does. A `user` that nothing proves is
 *   one, and so is a visitor whose viewer state says nothing yet.
 */
export const CLAIMS = ["proven-without-state", "carrier", "stranger"] as const;
export type Claim = (typeof CLAIMS)[number];

/** Time constant of the rates: as long as so many tokens take to flow in, within these bounds. */
const SMOOTHING_TOKENS = 8;
const MIN_SMOOTHING_S = 4;
const MAX_SMOOTHING_S = 24;
/** While the isolate is young, rates are computed over at least this time. */
const MIN_SPAN_S = 0.2;
/** When a share begins, the present demand counts as if it had been seen for this long. */
const BEGIN_S = 0.3;
/**
 * From this demand on, as a multiple of the share, a claim borrows nothing; up to the share it may borrow
 * most.
 */
const NO_LOAN = 1.5;

/**
 * The share goes to the claims in their order. From the arrival rates of each follows the marginal one: the
 * first that, with all before it, asks for more than the share. (DAGOR finds its cut-off in the same way from
 * counts for each priority: Zhou et al., "Overload Control for Scaling WeChat Microservices", SoCC 2018,
 * §4.2.)
 * - The marginal claim takes a token whenever the bucket holds one.
 * - A claim before it asks for less than the share. It may borrow up to a bucket's depth from what flows in
 *   next (the second claim half of that, so that the first finds something to borrow), and so finds a token
 *   although the marginal claim empties the bucket. Near the margin it may borrow less, since what all
 *   isolates borrow at the beginning of a spike the origin would get at once.
 * - A claim behind it takes only what stands above half the depth, so that nothing overflows (trunk
 *   reservation: P. B. Key, "Optimal control and trunk reservation in loss networks", 1990).
 * So over any time the share is used as without an order, but for one bucketful more or less.
 */
export class ClaimOrder {
  /** Decayed counts. */
  #all = 0;
  #proven = 0;
  #carriers = 0;
  /** The seconds that the decayed counts cover. */
  #spanS = 0;
  #smoothingS = MAX_SMOOTHING_S;
  #atMs = Number.NaN;

  /**
   * A share begins. What the claims ask for in the calm says little of a spike: the mix is kept, and the
   * rates are those of the present demand.
   */
  begin(demandPerSec: number): void {
    if (this.#all > 0) {
      this.#proven *= (demandPerSec * BEGIN_S) / this.#all;
      this.#carriers *= (demandPerSec * BEGIN_S) / this.#all;
    }
    this.#all = demandPerSec * BEGIN_S;
    this.#spanS = BEGIN_S;
  }

  /** The isolate is credited this rate from now on. */
  setRate(ratePerSec: number): void {
    this.#smoothingS = Math.min(MAX_SMOOTHING_S, Math.max(MIN_SMOOTHING_S, SMOOTHING_TOKENS / ratePerSec));
  }

  arrive(claim: Claim, nowMs: number): void {
    // When the clock stands still or steps back, no time has passed.
    const gapS = Number.isNaN(this.#atMs) ? 0 : Math.max(0, nowMs - this.#atMs) / 1000;
    this.#atMs = nowMs;
    if (gapS > 0) {
      const kept = Math.exp(-gapS / this.#smoothingS);
      this.#all *= kept;
      this.#proven *= kept;
      this.#carriers *= kept;
      this.#spanS = this.#spanS * kept + this.#smoothingS * (1 - kept);
    }
    this.#all += 1;
    if (claim === "proven-without-state") this.#proven += 1;
    else if (claim === "carrier") this.#carriers += 1;
  }

  /** True when this claim may take a token of the share. */
  mayTake(claim: Claim, share: TokenBucket, nowMs: number): boolean {
    return share.holds(nowMs, this.#leastTokens(claim, share));
  }

  /** How much the bucket must hold; negative where the claim may borrow. */
  #leastTokens(claim: Claim, { ratePerSec, depth }: TokenBucket): number {
    const inflow = ratePerSec * Math.max(MIN_SPAN_S, this.#spanS);
    switch (claim) {
      case "proven-without-state":
        return 1 - depth * loan(this.#proven / inflow);
      case "carrier":
        if (this.#proven >= inflow) return 1 + depth / 2;
        return 1 - (depth / 2) * loan((this.#proven + this.#carriers) / inflow);
      case "stranger":
        return this.#proven + this.#carriers >= inflow ? 1 + depth / 2 : 1;
    }
  }
}

/** Which part of a bucket's depth may be borrowed at this demand, a multiple of the share. */
function loan(demand: number): number {
  return Math.min(1, Math.max(0, (NO_LOAN - demand) / (NO_LOAN - 1)));
}
