// @ts-check
/** The band whose threshold is rehearsed. Pure. */
/** @import { Rules } from "../screens/rehearse/rehearsal-state.js" */

/**
 * @typedef {{ key: string, thresholdPerSec: number, deadlineMs: number }} Chosen
 * @param {readonly Rules[]} rules
 * @param {string} key Which rules, and which of their bands: `0.2`.
 * @returns {Chosen | undefined}
 */
export function bandAt(rules, key) {
  const [at = -1, index = -1] = key.split(".", 2).map((part) => Number.parseInt(part, 10));
  const { bands, deadlineMs } = rules[at] ?? {};
  const band = bands?.[index];
  return band === undefined || deadlineMs === undefined
    ? undefined
    : { key, thresholdPerSec: band.threshold_per_s, deadlineMs };
}

/** The one of the highest threshold: the big evenings are in it. @param {readonly Rules[]} rules */
export function highestBand(rules) {
  const thresholds = rules[0]?.bands.map(({ threshold_per_s: threshold }) => threshold) ?? [];
  return bandAt(rules, `0.${thresholds.indexOf(Math.max(...thresholds))}`);
}

/**
 * The band that has these figures; undefined where none has.
 * @param {readonly Rules[]} rules
 * @param {Omit<Chosen, "key">} figures
 */
export function bandWith(rules, { thresholdPerSec, deadlineMs }) {
  return rules
    .flatMap(({ bands }, at) => bands.map((_, index) => bandAt(rules, `${at}.${index}`)))
    .find((band) => band?.thresholdPerSec === thresholdPerSec && band.deadlineMs === deadlineMs);
}
