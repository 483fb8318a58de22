/**
 * Intervals that hold at every moment at once, so that whoever looks every second, and stops when it pleases,
 * is wrong no more often than the level says. Pure.
 *
 * The boundary is the normal mixture of Robbins (1970), as asymptotic confidence sequence by I. Waudby-Smith,
 * D. Arbour, R. Sinha, E. H. Kennedy and A. Ramdas, "Time-uniform central limit theory and asymptotic
 * confidence sequences", Annals of Statistics 52 (2024), theorem 2.2; the mixture sequential probability ratio
 * test of R. Johari, P. Koomen, L. Pekelis and D. Walsh (KDD 2017) inverts to the same one.
 */

/** It is narrowest where about so many users are in the smaller arm. */
const NARROWEST_AT = 100;

/**
 * By how many standard errors an estimate from `users` independent users may be off, at any time, but with
 * probability `level` (two-sided).
 */
export function sequentialDeviations(users: number, level: number): number {
  const odds = -2 * Math.log(level);
  const scale = (odds + Math.log(odds + 1)) / NARROWEST_AT;
  const information = users * scale;
  return Math.sqrt((2 * (information + 1) * Math.log(Math.sqrt(information + 1) / level)) / information);
}
