/**
 * Edge and origin authenticate each other with one shared token that never travels: the edge signs each request, the
 * origin signs its reply to that very request (HMAC-SHA-256, RFC 2104).
 *
 * Request header: `<unix seconds>.<nonce>.<mac>`, mac over purpose, seconds, nonce and what is said along with it, so that
 * an admitted recommendation cannot be replayed as an event batch, nor later than {@link MAX_SKEW_S}.
 * Reply header `Spillway-Proof`: mac over the nonce, and what is said along with the reply.
 */

export const MAX_SKEW_S = 60;

export type Purpose = "recommendations" | "events" | "identify";

export type SignedRequest = { readonly header: string; readonly nonce: string };
export type VerifiedRequest = { readonly nonce: string; readonly signedMs: number };

export type EdgeAuth = {
  /** `said`: another header's value that the signature covers as well. */
  readonly sign: (purpose: Purpose, nowMs: number, nonce: string, said?: string) => Promise<SignedRequest>;
  /** The nonce to prove oneself with, or undefined when the header is missing, forged, stale or for another purpose. */
  readonly verify: (
    purpose: Purpose,
    header: string | undefined,
    nowMs: number,
    said?: string,
  ) => Promise<VerifiedRequest | undefined>;
  readonly prove: (nonce: string, said?: string) => Promise<string>;
  readonly verifyProof: (nonce: string, proof: string | null, said?: string) => Promise<boolean>;
};

const HEADER_FORM = /^(\d{1,12})\.([A-Za-z0-9-]{8,64})\.([A-Za-z0-9_-]{43})$/;
const encoder = new TextEncoder();

/** `token`: at least 16 characters; shorter is a configuration error and throws. */
export function createEdgeAuth(token: string): EdgeAuth {
  if (token.length < 16) throw new RangeError("the edge–origin token must have at least 16 characters");
  // Imported on first use: Workers allow no asynchronous work at global scope.
  let importing: Promise<CryptoKey> | undefined;
  const key = (): Promise<CryptoKey> =>
    (importing ??= crypto.subtle.importKey(
      "raw",
      encoder.encode(token),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign", "verify"],
    ));
  const mac = async (text: string): Promise<string> =>
    new Uint8Array(await crypto.subtle.sign("HMAC", await key(), encoder.encode(text))).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    });
  const check = async (text: string, signature: string): Promise<boolean> => {
    const bytes = decode(signature);
    // `verify` compares in constant time.
    return bytes !== undefined && crypto.subtle.verify("HMAC", await key(), bytes, encoder.encode(text));
  };
  return {
    sign: async (purpose, nowMs, nonce, said = "") => {
      const seconds = Math.floor(nowMs / 1000);
      return {
        header: `${seconds}.${nonce}.${await mac(`${purpose}\n${seconds}\n${nonce}\n${said}`)}`,
        nonce,
      };
    },
    verify: async (purpose, header, nowMs, said = "") => {
      const [, seconds, nonce, signature] = HEADER_FORM.exec(header ?? "") ?? [];
      if (seconds === undefined || nonce === undefined || signature === undefined) return undefined;
      if (Math.abs(nowMs / 1000 - Number(seconds)) > MAX_SKEW_S) return undefined;
      const genuine = await check(`${purpose}\n${seconds}\n${nonce}\n${said}`, signature);
      return genuine ? { nonce, signedMs: Number(seconds) * 1000 } : undefined;
    },
    prove: (nonce, said = "") => mac(`reply\n${nonce}\n${said}`),
    verifyProof: async (nonce, proof, said = "") =>
      proof !== null && check(`reply\n${nonce}\n${said}`, proof),
  };
}

function decode(signature: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(signature, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}
