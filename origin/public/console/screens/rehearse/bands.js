// @ts-check
/** The band whose threshold is rehearsed. Pure. */
/** @import { Rules } from "./rehearsal-state.js" */

/**
 * @typedef {{ key: string, thresholdPerSec: number, deadlineMs: number }} Chosen
 * @param {readonly Rules[]} rules
 * @param {string} key Which rules, and which of their bands: `0.2`.
 * @returns {Chosen | undefined}
 */
export function bandAt(rules, key) {
  const [at = 0, index = 0] = key.split(".").map(Number);
  const { bands, deadlineMs } = rules[at] ?? {};
  const band = bands?.[index];
  return band === undefined || deadlineMs === undefined
    ? undefined
    : { key, thresholdPerSec: band.threshold_per_s, deadlineMs };
}

/**
 * The one that was chosen; otherwise that of the highest threshold, in which the big evenings are.
 * @param {readonly Rules[]} rules
 * @param {string | undefined} key
 */
export function chosenBand(rules, key) {
  const chosen = key === undefined ? undefined : bandAt(rules, key);
  if (chosen !== undefined) return chosen;
  const thresholds = rules[0]?.bands.map(({ threshold_per_s: threshold }) => threshold) ?? [];
  return bandAt(rules, `0.${thresholds.indexOf(Math.max(...thresholds))}`);
}
