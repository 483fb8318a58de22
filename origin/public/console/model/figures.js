// @ts-check
/** Figures as people read them. Pure. */

/**
 * Over the newest two seconds; undefined where one of them is not known. @param {readonly (number | null)[]}
 * series
 */
export function recentOf(series) {
  const recent = series.slice(-2);
  if (recent.length === 0) return undefined;
  let sum = 0;
  for (const count of recent) {
    if (count === null) return undefined;
    sum += count;
  }
  return sum / recent.length;
}

/** @param {number} rate */
export function perSecond(rate) {
  if (rate >= 10_000) return `${(rate / 1000).toFixed(rate >= 100_000 ? 0 : 1)} k`;
  return rate < 9.95 ? String(Number(rate.toFixed(1))) : String(Math.round(rate));
}

/** The time of day, for who reads this page. @param {number} ms */
export function clockTime(ms) {
  return new Date(ms).toLocaleTimeString([], { hour12: false });
}
