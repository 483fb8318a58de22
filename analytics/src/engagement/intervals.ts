/** 95 % confidence intervals of rates and of ratios of rates. Pure. */

export type Interval = { readonly low: number; readonly high: number };
export type Rate = Interval & { readonly rate: number };

const Z = 1.959_964;

/**
 * Wilson's score interval (E. B. Wilson, JASA 1927), which is valid for small counts and rates near 0 too
 * (Brown, Cai and DasGupta, Statistical Science 2001). Undefined when there are no tries, or more successes
 * than tries.
 */
export function wilson(successes: number, tries: number): Rate | undefined {
  if (tries <= 0 || successes > tries) return undefined;
  const rate = successes / tries;
  const scale = 1 / (1 + Z ** 2 / tries);
  const middle = (rate + Z ** 2 / (2 * tries)) * scale;
  const half = Z * scale * Math.sqrt((rate * (1 - rate)) / tries + Z ** 2 / (4 * tries ** 2));
  // Rounding could exclude the rate itself from the interval at the ends.
  return {
    rate,
    low: Math.min(rate, Math.max(0, middle - half)),
    high: Math.max(rate, Math.min(1, middle + half)),
  };
}

export type Counted = { readonly successes: number; readonly tries: number };

/**
 * The lift of `a` over `b`: how much higher `a`'s rate is, as a share of `b`'s. The interval uses the log
 * method for a ratio of two rates (Katz et al., Biometrics 1978). Undefined when either has no success.
 */
export function liftOf(a: Counted, b: Counted): (Interval & { readonly lift: number }) | undefined {
  if (a.successes <= 0 || b.successes <= 0 || a.successes > a.tries || b.successes > b.tries)
    return undefined;
  const ratio = a.successes / a.tries / (b.successes / b.tries);
  const half = Z * Math.sqrt(1 / a.successes - 1 / a.tries + 1 / b.successes - 1 / b.tries);
  return { lift: ratio - 1, low: ratio * Math.exp(-half) - 1, high: ratio * Math.exp(half) - 1 };
}

/**
 * Sums over users with y successes in x tries each: the number of users, and the sums of y, x and their
 * products.
 */
export type UserSums = {
  readonly users: number;
  readonly y: number;
  readonly x: number;
  readonly yy: number;
  readonly xy: number;
  readonly xx: number;
};

export const noUsers: UserSums = { users: 0, y: 0, x: 0, yy: 0, xy: 0, xx: 0 };

export function withUser(sums: UserSums, y: number, x: number): UserSums {
  return {
    users: sums.users + 1,
    y: sums.y + y,
    x: sums.x + x,
    yy: sums.yy + y * y,
    xy: sums.xy + x * y,
    xx: sums.xx + x * x,
  };
}

/**
 * The lift of `a`'s rate Σy / Σx over `b`'s when users are independent but their tries are not. The variance
 * of a ratio of means over users follows from the delta method (Deng, Knoblich and Lu, KDD 2018: "Applying
 * the delta method in metric analytics", section 2), on a logarithmic scale. The normal approximation needs
 * some hundred users on either side. Undefined when either has no success or fewer than two users.
 */
export function liftByUser(a: UserSums, b: UserSums): (Interval & { readonly lift: number }) | undefined {
  if ([a, b].some(({ users, x, y }) => users < 2 || x <= 0 || y <= 0)) return undefined;
  const ratio = a.y / a.x / (b.y / b.x);
  const half = Z * Math.sqrt(logRateVariance(a) + logRateVariance(b));
  return { lift: ratio - 1, low: ratio * Math.exp(-half) - 1, high: ratio * Math.exp(half) - 1 };
}

/** Var(ln R) of R = Σy / Σx: n / (n − 1) · Σ (yᵢ − R xᵢ)² / (Σy)², since the residuals yᵢ − R xᵢ sum to 0. */
function logRateVariance({ users, y, x, yy, xy, xx }: UserSums): number {
  const rate = y / x;
  // Rounding may give a result slightly below 0.
  const residuals = Math.max(0, yy - 2 * rate * xy + rate ** 2 * xx);
  return ((users / (users - 1)) * residuals) / y ** 2;
}
