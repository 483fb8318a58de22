/**
 * The cold rule: how a location's limit on the requests of isolates that have heard nothing yet follows the
 * threshold, although the limiter's own limit is fixed at deploy.
 */

/** The limit of `COLD_LIMIT` in `wrangler.toml`, in units for each key. */
export const COLD_UNITS = 2;
/** The threshold for which one key a second is right: its two units are 0.2 % of it, for each location. */
const THRESHOLD_OF_A_KEY = 1000;
/** In an armed window the shares of warm isolates are the threshold already. */
const ARMED_PART = 0.05;
/** The limiter forgets a key after its period, so no key can last longer. */
const MAX_SLOT_S = 10;

export type ColdQuestion = {
  readonly key: string;
  /** What this request counts for. */
  readonly units: number;
};

/**
 * What a cold request asks its location's limiter. All isolates of a location share a key, and each key is
 * used for one slot of time, so that new isolates need not wait for the limiter's own period to end.
 * - Up to 1,000/s: one key for each slot, which is longer the lower the threshold is. Below 500/s a request spends
 *   both units, so that of a location whose isolates are all new one request reaches the origin at once.
 * - Above: several keys a second, of which a request draws one.
 *
 * `draw` returns a uniform number in [0, 1).
 */
export function coldQuestion(perSec: number, nowMs: number, draw: () => number, armed = false): ColdQuestion {
  const thresholdPerSec = armed ? perSec * ARMED_PART : perSec;
  const units = 2 * thresholdPerSec > THRESHOLD_OF_A_KEY ? 1 : COLD_UNITS;
  const keysPerSec = (thresholdPerSec / THRESHOLD_OF_A_KEY) * units;
  const slotS = Math.min(MAX_SLOT_S, Math.max(1, 1 / keysPerSec));
  const keys = Math.max(1, Math.round(keysPerSec));
  const slot = Math.floor(nowMs / 1000 / slotS);
  return { key: `cold-${slot}-${keys === 1 ? 0 : Math.floor(draw() * keys)}`, units };
}
