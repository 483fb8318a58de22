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
