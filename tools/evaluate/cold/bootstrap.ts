/**
 * Confidence intervals by resampling users (B. Efron and R. Tibshirani, An Introduction to the Bootstrap,
 * 1993). Pure.
 */
import { seededRandom } from "@spillway/shared/seeded-random.ts";

export type Interval = { readonly low: number; readonly high: number };

export const RESAMPLES = 2000;

/**
 * Resamples of users, the same ones for each of `rows` (one number a user), so that their differences are
 * paired. Returns each row's means: resamples of them, in their order.
 */
export function resampledMeans(
  rows: readonly Float64Array[],
  seed: number,
  resamples = RESAMPLES,
): Float64Array[] {
  const users = rows[0]?.length ?? 0;
  const random = seededRandom(seed);
  const means = rows.map(() => new Float64Array(resamples));
  const drawn = new Uint32Array(users);
  for (let at = 0; at < resamples; at += 1) {
    for (let user = 0; user < users; user += 1) drawn[user] = Math.floor(random() * users);
    rows.forEach((row, index) => {
      let sum = 0;
      for (const user of drawn) sum += row[user] ?? 0;
      const own = means[index];
      if (own !== undefined) own[at] = sum / users;
    });
  }
  return means;
}

/** Returns the middle 95 % of the resampled values (the percentile interval, §13.3 of the book). */
export function interval95(values: Float64Array): Interval {
  const sorted = values.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}
