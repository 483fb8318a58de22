/** Intervals of rates and of their ratios, at 95 %. Pure. */

export type Interval = { readonly low: number; readonly high: number };
export type Rate = Interval & { readonly rate: number };

const Z = 1.959_964;

/**
 * Wilson's score interval (E. B. Wilson, JASA 1927), which holds for small counts and rates near 0 too (Brown, Cai and
 * DasGupta, Statistical Science 2001). Undefined where nothing was tried, or where there are more successes than tries.
 */
export function wilson(successes: number, tries: number): Rate | undefined {
  if (tries <= 0 || successes > tries) return undefined;
  const rate = successes / tries;
  const scale = 1 / (1 + Z ** 2 / tries);
  const middle = (rate + Z ** 2 / (2 * tries)) * scale;
  const half = Z * scale * Math.sqrt((rate * (1 - rate)) / tries + Z ** 2 / (4 * tries ** 2));
  // At the ends rounding would leave the interval without the rate itself.
  return {
    rate,
    low: Math.min(rate, Math.max(0, middle - half)),
    high: Math.max(rate, Math.min(1, middle + half)),
  };
}

export type Counted = { readonly successes: number; readonly tries: number };

/**
 * How much higher `a`'s rate is than `b`'s, as a share of `b`'s: the log method for a ratio of two rates (Katz et al.,
 * Biometrics 1978). Undefined where either has no success.
 */
export function liftOf(a: Counted, b: Counted): (Interval & { readonly lift: number }) | undefined {
  if (a.successes <= 0 || b.successes <= 0 || a.successes > a.tries || b.successes > b.tries)
    return undefined;
  const ratio = a.successes / a.tries / (b.successes / b.tries);
  const half = Z * Math.sqrt(1 / a.successes - 1 / a.tries + 1 / b.successes - 1 / b.tries);
  return { lift: ratio - 1, low: ratio * Math.exp(-half) - 1, high: ratio * Math.exp(half) - 1 };
}

/** Of each user's successes y and tries x: how many users, and the sums of y, x and their products. */
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
 * How much higher `a`'s rate Σy / Σx is than `b`'s, as a share of `b`'s, where users are independent and their tries are not: the
 * variance of a ratio of means over users by the delta method (Deng, Knoblich and Lu, KDD 2018: "Applying the delta method
 * in metric analytics", section 2), on the logarithm's scale. It takes some hundred users on either side for a normal
 * distribution. Undefined where either has no success or fewer than two users.
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
  // Rounding may leave a little less than nothing.
  const residuals = Math.max(0, yy - 2 * rate * xy + rate ** 2 * xx);
  return ((users / (users - 1)) * residuals) / y ** 2;
}
