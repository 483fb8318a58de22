/** One JSON Web Key (RFC 7517) → a key to check signatures with, bound to one algorithm. Pure. */
import type { JWK } from "jose";

export type TokenKey = {
  /** As RFC 7518 names it. A token whose header names another algorithm is not checked with this key. */
  readonly algorithm: string;
  /** A token with another `kid` is not checked with this key. Undefined fits every token. */
  readonly kid: string | undefined;
  readonly jwk: JWK;
};

type Field = "k" | "n" | "e" | "x" | "y";

type Kind = {
  /** The first is the default. */
  readonly algorithms: readonly string[];
  /** The fewest bytes of each field; for points of a curve, whose length is fixed, their number. */
  readonly fields: readonly (readonly [Field, bytes: number])[];
  readonly isFixed?: boolean;
};

/** By type of key, and curve. A map, since every object has a `constructor`. */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["oct", { algorithms: ["HS256", "HS384", "HS512"], fields: [["k", 32]] }],
  [
    "RSA",
    {
      algorithms: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
      // 2,048 bits: RFC 7518 §3.3.
      fields: [
        ["n", 256],
        ["e", 1],
      ],
    },
  ],
  ["EC P-256", curve("ES256", 32)],
  ["EC P-384", curve("ES384", 48)],
  ["EC P-521", curve("ES512", 66)],
  ["OKP Ed25519", { algorithms: ["EdDSA", "Ed25519"], fields: [["x", 32]], isFixed: true }],
]);

/** RFC 7518 §6.2.1.2: the coordinates have the full length of the curve's field. */
function curve(algorithm: string, bytes: number): Kind {
  return {
    algorithms: [algorithm],
    fields: [
      ["x", bytes],
      ["y", bytes],
    ],
    isFixed: true,
  };
}

/** RFC 7518 §3.2: an HMAC key is at least as long as the hash. */
const HMAC_BYTES: ReadonlyMap<string, number> = new Map([
  ["HS256", 32],
  ["HS384", 48],
  ["HS512", 64],
]);

/** RFC 7518 §6.2.2, §6.3.2 and RFC 8037 §2: what only private keys have. */
const PRIVATE_FIELDS = ["d", "p", "q", "dp", "dq", "qi", "oth"] as const;

/** The key, or what is wrong with it. Undefined for a key that is not for signatures. Never throws. */
export function toTokenKey(given: unknown): TokenKey | string | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return "must be an object";
  const {
    kty,
    crv,
    use,
    alg,
    kid,
    key_ops: operations,
    ...rest
  } = given as Readonly<Record<string, unknown>>;
  if (use === "enc") return undefined;
  if (use !== undefined && use !== "sig") return 'has a use that is neither "sig" nor "enc"';
  const kind = KINDS.get(nameOf(kty, crv));
  if (kind === undefined) return `must be of ${[...KINDS.keys()].join(", ")}`;
  // A private key is refused: whoever can read the worker's variables could sign in as anybody.
  if (kty !== "oct" && PRIVATE_FIELDS.some((field) => Object.hasOwn(rest, field))) {
    return "is a private key; the edge needs the public one";
  }
  const algorithm = alg === undefined ? kind.algorithms[0] : alg;
  if (typeof algorithm !== "string" || !kind.algorithms.includes(algorithm)) {
    return `has an alg that is none of ${kind.algorithms.join(", ")}`;
  }
  if (kid !== undefined && typeof kid !== "string") return "has a kid that is no string";
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) {
    return 'has key_ops without "verify"';
  }
  const jwk: JWK = { kty: String(kty), alg: algorithm, ...(typeof crv === "string" && { crv }) };
  for (const [field, bytes] of kind.fields) {
    const least = HMAC_BYTES.get(algorithm) ?? bytes;
    const text = rest[field];
    const value = bytesOf(text);
    // The zeros in front of a modulus make no key longer.
    const length = value === undefined ? -1 : field === "n" ? significantBytes(value) : value.byteLength;
    if (kind.isFixed === true && length !== bytes) return `needs ${field}, base64url of ${bytes} bytes`;
    if (length < least) return `needs ${field}, base64url of at least ${least} bytes`;
    jwk[field] = String(text);
  }
  if (kty === "RSA" && !isExponent(bytesOf(rest["e"]))) return "needs an e that is odd and greater than 1";
  // Only what was checked is imported.
  return { algorithm, kid, jwk };
}

function nameOf(kty: unknown, crv: unknown): string {
  if (typeof kty !== "string") return "";
  if (crv === undefined) return kty;
  return typeof crv === "string" ? `${kty} ${crv}` : "";
}

function significantBytes(number: Uint8Array): number {
  const first = number.findIndex((byte) => byte > 0);
  return first === -1 ? 0 : number.byteLength - first;
}

/** RFC 8017 §3.1. With 1 everybody could sign. */
function isExponent(e: Uint8Array | undefined): boolean {
  const last = e?.at(-1) ?? 0;
  return last % 2 === 1 && (last > 1 || e?.subarray(0, -1).some((byte) => byte > 0) === true);
}

export const BASE64URL = { alphabet: "base64url", omitPadding: true } as const;

/** Undefined for what is not base64url. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return Uint8Array.fromBase64(value, BASE64URL);
  } catch {
    return undefined;
  }
}
