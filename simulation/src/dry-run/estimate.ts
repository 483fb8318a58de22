/**
 * Shares of requests, estimated from weighted tuples, with 95 % intervals. Pure.
 *
 * The estimator is the weighted ratio p = Σ w·y / Σ w. Its variance is that of its linearization,
 * Σ w²·(y − p)² / (Σ w)² (W. G. Cochran, "Sampling Techniques", 3rd ed. 1977, §2.11). Where y is a probability,
 * since a hash will draw, y·(1 − p)² + (1 − y)·p² stands for (y − p)²: the draw varies too. From it follows the
 * effective number of tuples, p·(1 − p) / variance, at most the number of tuples (E. L. Korn and B. I. Graubard,
 * "Confidence intervals for proportions with small expected number of positive counts estimated from survey
 * data", Survey Methodology 24, 1998), and with it the score interval (E. B. Wilson, JASA 22, 1927), which also
 * covers at shares near zero. Where nothing has the outcome, the effective number is (Σ w)² / Σ w² (L. Kish,
 * "Survey Sampling", 1965, §11.2).
 */

/** Sums over tuples with weights w, of which each has the outcome with a probability y. */
export type Sums = {
  /** Σ y: how many tuples. */
  readonly tuples: number;
  /** Σ w·y: for how many requests they stand. */
  readonly requests: number;
  /** Σ w²·y. */
  readonly squares: number;
};

export const NO_SUMS: Sums = { tuples: 0, requests: 0, squares: 0 };

/** A share, 0–1, and the ends of its 95 % interval. */
export type Share = { readonly share: number; readonly low: number; readonly high: number };

/** The quantile of a 95 % interval. */
const Z = 1.96;

export function addSums(a: Sums, b: Sums): Sums {
  return {
    tuples: a.tuples + b.tuples,
    requests: a.requests + b.requests,
    squares: a.squares + b.squares,
  };
}

/** As many equally weighted tuples would tell as much, of all outcomes together. */
export function effectiveSize({ requests, squares }: Sums): number {
  return squares === 0 ? 0 : requests ** 2 / squares;
}

/** The share of `part` in `whole`, whose tuples it is among. Of nothing, everything is possible. */
export function shareOf(part: Sums, whole: Sums): Share {
  if (whole.requests === 0) return { share: 0, low: 0, high: 1 };
  const share = Math.min(1, part.requests / whole.requests);
  const size = sizeFor(share, part, whole);
  const spread = Z ** 2 / size;
  const centre = (share + spread / 2) / (1 + spread);
  const half = Math.sqrt(share * (1 - share) * spread + spread ** 2 / 4 || 0) / (1 + spread);
  return {
    share,
    low: Math.min(share, Math.max(0, centre - half)),
    high: Math.max(share, Math.min(1, centre + half)),
  };
}

function sizeFor(share: number, part: Sums, whole: Sums): number {
  const kish = effectiveSize(whole);
  const variance = (share ** 2 * whole.squares + (1 - 2 * share) * part.squares) / whole.requests ** 2;
  const spread = share * (1 - share);
  if (spread < 1e-12 || variance <= 0) return kish;
  return Math.min(whole.tuples, spread / variance);
}

/** How far a total of requests, Σ w, may be off: each tuple came with probability 1/w (Horvitz–Thompson). */
export function totalError({ requests, squares }: Sums): number {
  return Z * Math.sqrt(Math.max(0, squares - requests));
}
