// @ts-check
/** Puts an increment of the state of now to what is known already. Pure. */
/** @import { NowState } from "@spillway/shared/protocol/now-state.ts" */

const SECOND_MS = 1000;
const STEP_MS = 10_000;
const SECONDS = 900;
const STEPS = 90;

/**
 * @param {NowState | undefined} known
 * @param {NowState} next The whole state, or an increment of it.
 * @returns {NowState} The newest 15 minutes that are known.
 */
export function continued(known, next) {
  if (known === undefined || known.instance !== next.instance || known.atMs > next.atMs) return next;
  const seconds = joined(known.seconds, next.seconds, SECOND_MS, SECONDS, [
    "demand",
    "offered",
    "admitted",
    "threshold",
  ]);
  const rungs = /** @type {(keyof NowState["mix"]["calls"])[]} */ (Object.keys(next.mix.calls));
  const { fromMs, originFailed, ...calls } = joined(mixOf(known.mix), mixOf(next.mix), STEP_MS, STEPS, [
    ...rungs,
    "originFailed",
  ]);
  return {
    ...next,
    seconds: /** @type {NowState["seconds"]} */ (seconds),
    mix: { ...next.mix, fromMs, originFailed, calls: /** @type {NowState["mix"]["calls"]} */ (calls) },
  };
}

/** @param {NowState["mix"]} mix */
function mixOf({ fromMs, calls, originFailed }) {
  return { fromMs, ...calls, originFailed };
}

/**
 * What is in both is the newer one's: late reports change steps that have been read already.
 * @param {any} known
 * @param {any} next
 * @param {number} stepMs
 * @param {number} most
 * @param {readonly string[]} columns
 * @returns {any}
 */
function joined(known, next, stepMs, most, columns) {
  const overlap = (next.fromMs - known.fromMs) / stepMs;
  // Something is missing between the two, or there is nothing before.
  const length = known[columns[0] ?? ""].length;
  if (overlap <= 0 || overlap > length) return next;
  const total = overlap + next[columns[0] ?? ""].length;
  const dropped = Math.max(0, total - most);
  const parts = columns.map((column) => [
    column,
    [...known[column].slice(0, overlap), ...next[column]].slice(dropped),
  ]);
  return { fromMs: known.fromMs + dropped * stepMs, ...Object.fromEntries(parts) };
}
