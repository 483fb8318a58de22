/**
 * Edge and origin authenticate each other with one shared token that is never sent: the edge signs each
 * request, and the origin signs its reply to exactly that request (HMAC-SHA-256, RFC 2104).
 *
 * The request header is `<unix seconds>.<nonce>.<mac>`. Its MAC covers purpose, seconds, nonce and payload,
 * so an admitted recommendation cannot be replayed as an event batch, nor later than {@link MAX_SKEW_S}. The
 * reply header `Spillway-Proof` is a MAC over the nonce and the reply's payload.
 */

export const MAX_SKEW_S = 60;

export type Purpose = "recommendations" | "events" | "identify";

export type SignedRequest = { readonly header: string; readonly nonce: string };
export type VerifiedRequest = { readonly nonce: string; readonly signedMs: number };

export type EdgeAuth = {
  /** `payload` is the value of another header that the signature covers as well. */
  readonly sign: (purpose: Purpose, nowMs: number, nonce: string, payload?: string) => Promise<SignedRequest>;
  /**
   * Returns the nonce for the proof, or undefined when the header is missing, forged, stale or for another
   * purpose.
   */
  readonly verify: (
    purpose: Purpose,
    header: string | undefined,
    nowMs: number,
    payload?: string,
  ) => Promise<VerifiedRequest | undefined>;
  readonly prove: (nonce: string, payload?: string) => Promise<string>;
  readonly verifyProof: (nonce: string, proof: string | null, payload?: string) => Promise<boolean>;
};

const HEADER_FORM = /^(\d{1,12})\.([A-Za-z0-9-]{8,64})\.([A-Za-z0-9_-]{43})$/;
const encoder = new TextEncoder();

/** `token` has at least 16 characters; a shorter one is a configuration error and throws a RangeError. */
export function createEdgeAuth(token: string): EdgeAuth {
  if (token.length < 16) throw new RangeError("the edge–origin token must have at least 16 characters");
  // The key is imported on first use, because Workers allow no asynchronous work at global scope.
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
    sign: async (purpose, nowMs, nonce, payload = "") => {
      const seconds = Math.floor(nowMs / 1000);
      return {
        header: `${seconds}.${nonce}.${await mac(`${purpose}\n${seconds}\n${nonce}\n${payload}`)}`,
        nonce,
      };
    },
    verify: async (purpose, header, nowMs, payload = "") => {
      const [, seconds, nonce, signature] = HEADER_FORM.exec(header ?? "") ?? [];
      if (seconds === undefined || nonce === undefined || signature === undefined) return undefined;
      if (Math.abs(nowMs / 1000 - Number(seconds)) > MAX_SKEW_S) return undefined;
      const genuine = await check(`${purpose}\n${seconds}\n${nonce}\n${payload}`, signature);
      return genuine ? { nonce, signedMs: Number(seconds) * 1000 } : undefined;
    },
    prove: (nonce, payload = "") => mac(`reply\n${nonce}\n${payload}`),
    verifyProof: async (nonce, proof, payload = "") =>
      proof !== null && check(`reply\n${nonce}\n${payload}`, proof),
  };
}

function decode(signature: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(signature, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}
