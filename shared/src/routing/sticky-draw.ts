/**
 * A visitor's own random number: the same for the same salt wherever it is drawn, so that who is in a share
 * stays in it while the share grows. Pure.
 */

/** Uniform in [0, 1). Another salt draws independently. */
export function stickyDraw(salt: string, user: string): number {
  return hash32(`${salt}\n${user}`) / 2 ** 32;
}

/**
 * FNV-1a over UTF-16 units, then the finalizer of MurmurHash3 (A. Appleby, public domain), since the high
 * bits of FNV are uneven.
 */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
