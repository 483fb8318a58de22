/** A shared secret as a key for HMAC-SHA-256 (RFC 2104), with an id by which both sides know it. */
import { blake2s } from "@noble/hashes/blake2.js";

export type MacKey = {
  /** It tells keys apart and reveals nothing of the secret: a hash that serves no other purpose. */
  readonly id: string;
  /** Base64. */
  readonly sign: (text: string) => Promise<string>;
  readonly verify: (text: string, signature: string) => Promise<boolean>;
};

export const MIN_SECRET_CHARACTERS = 16;

const ID_BYTES = 6;
const encoder = new TextEncoder();

/** Throws a RangeError for a secret of fewer than 16 characters. */
export function macKeyId(secret: string): string {
  if (secret.length < MIN_SECRET_CHARACTERS) {
    throw new RangeError(`the edge–origin token must have at least ${MIN_SECRET_CHARACTERS} characters`);
  }
  return blake2s(encoder.encode(`spillway key id\n${secret}`), { dkLen: ID_BYTES }).toHex();
}

/** Throws a RangeError for a secret of fewer than 16 characters. */
export function createMacKey(secret: string): MacKey {
  const id = macKeyId(secret);
  // The key is imported on first use, because Workers allow no asynchronous work at global scope.
  let importing: Promise<CryptoKey> | undefined;
  const key = (): Promise<CryptoKey> =>
    (importing ??= crypto.subtle.importKey(
      "raw",
      encoder.encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign", "verify"],
    ));
  return {
    id,
    sign: async (text) =>
      new Uint8Array(await crypto.subtle.sign("HMAC", await key(), encoder.encode(text))).toBase64(),
    verify: async (text, signature) => {
      const bytes = fromBase64(signature);
      // `verify` compares in constant time.
      return bytes !== undefined && crypto.subtle.verify("HMAC", await key(), bytes, encoder.encode(text));
    },
  };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}
