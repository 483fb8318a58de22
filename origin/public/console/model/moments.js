// @ts-check
/** Instants as addresses and people have them. Pure. */

/** `2026-07-10T20:15:00Z`, to the second. @param {number} ms */
export function isoOf(ms) {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** `2026-07-10 20:15:00 UTC` @param {number} ms */
export function utcText(ms) {
  return `${isoOf(ms).slice(0, 19).replace("T", " ")} UTC`;
}

/** Of a field that knows no time zone, as UTC; undefined where it is empty. @param {string} written */
export function fromField(written) {
  const ms = Date.parse(`${written}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
