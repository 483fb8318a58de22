/** A hash of content for entity tags, computed at once: the platform's own hashes have to be waited for. */
import { blake2s } from "@noble/hashes/blake2.js";

/** 43 characters of base64url: 256 bits of BLAKE2s (RFC 7693). */
export function contentHashOf(text: string): string {
  return blake2s(new TextEncoder().encode(text)).toBase64({ alphabet: "base64url", omitPadding: true });
}
