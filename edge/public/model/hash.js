// @ts-check
/** A number from a text, so that the drawing for an id is always the same. */

/**
 * Returns the same 32 bits for the same text (FNV-1a).
 * @param {string} value
 */
export function hashOf(value) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at += 1) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
