// @ts-check
/** Ids for events: UUIDs of version 7 (RFC 9562 §5.7), which sort by time. */

/**
 * Unlike `crypto.randomUUID`, this also works where the storefront is opened over plain HTTP on another machine.
 * @param {number} nowMs
 */
export function newEventId(nowMs) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(nowMs / 2 ** (8 * (5 - at))) % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
