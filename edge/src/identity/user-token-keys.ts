/** `USER_TOKEN_KEYS` → the keys that user tokens are checked with, each bound to one algorithm. Pure. */
import type { JWK } from "jose";

export type TokenKey = {
  /** As RFC 7518 names it. A token whose header names another algorithm is not checked with this key. */
  readonly algorithm: string;
  /** A token with another `kid` is not checked with this key. Undefined fits every token. */
  readonly kid: string | undefined;
  readonly jwk: JWK;
};

export type TokenKeys = { readonly keys: readonly TokenKey[]; readonly problems: readonly string[] };

const MIN_SECRET_LENGTH = 32;
/** Each key that fits a token's header costs a check. Key sets in use hold a handful. */
const MAX_KEYS = 32;

/**
 * `text` is a key set as JSON (RFC 7517, `{"keys":[…]}`), or a bare secret, which means HS256. A PEM or the
 * address of a key set is refused: everybody may know it, and it would be taken for a secret.
 */
export function parseTokenKeys(text: string): TokenKeys {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return parseKeySet(trimmed);
  if (/^(\[|-----|https?:)/i.test(trimmed) || /[\r\n]/.test(trimmed)) {
    return none('must be a key set as JSON, {"keys":[…]}, or a secret on one line');
  }
  if (trimmed.length < MIN_SECRET_LENGTH) {
    return none(`must be a key set as JSON, or a secret of at least ${MIN_SECRET_LENGTH} characters`);
  }
  const k = new TextEncoder().encode(trimmed).toBase64(BASE64URL);
  return { keys: [{ algorithm: "HS256", kid: undefined, jwk: { kty: "oct", k } }], problems: [] };
}

function parseKeySet(json: string): TokenKeys {
  let set: { readonly keys?: unknown };
  try {
    set = JSON.parse(json) as typeof set;
  } catch {
    // The parser's message is left out, since it would quote a secret.
    return none("begins like JSON, and is none");
  }
  if (!Array.isArray(set.keys)) return none('must be a key set: {"keys":[…]}');
  if (set.keys.length > MAX_KEYS) return none(`holds ${set.keys.length} keys; at most ${MAX_KEYS}`);
  const keys: TokenKey[] = [];
  const problems: string[] = [];
  for (const [at, jwk] of (set.keys as unknown[]).entries()) {
    const key = toKey(jwk);
    if (typeof key === "string") problems.push(`keys[${at}] ${key}`);
    else if (key !== undefined) keys.push(key);
  }
  if (keys.length === 0 && problems.length === 0) problems.push("holds no key to check signatures with");
  return { keys, problems };
}

function none(problem: string): TokenKeys {
  return { keys: [], problems: [problem] };
}

/**
 * By type of key (and curve): its algorithms, of which the first is the default, and the fewest bytes of each
 * field.
 */
const KINDS: Readonly<Record<string, Kind>> = {
  oct: { algorithms: ["HS256", "HS384", "HS512"], fields: { k: 32 } },
  // 2,048 bits: RFC 7518 §3.3.
  RSA: { algorithms: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"], fields: { n: 256, e: 1 } },
  "EC P-256": { algorithms: ["ES256"], fields: { x: 32, y: 32 } },
  "EC P-384": { algorithms: ["ES384"], fields: { x: 48, y: 48 } },
  "EC P-521": { algorithms: ["ES512"], fields: { x: 66, y: 66 } },
  "OKP Ed25519": { algorithms: ["EdDSA", "Ed25519"], fields: { x: 32 } },
};

type Kind = {
  readonly algorithms: readonly string[];
  readonly fields: Readonly<Partial<Record<"k" | "n" | "e" | "x" | "y", number>>>;
};

/** RFC 7518 §3.2: an HMAC key is at least as long as the hash. */
const HMAC_BYTES: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/** The key, or what is wrong with it. Undefined for a key that is not for signatures. */
function toKey(value: unknown): TokenKey | string | undefined {
  if (typeof value !== "object" || value === null) return "must be an object";
  const jwk = value as JWK;
  if (jwk.use === "enc") return undefined;
  const kind = KINDS[jwk.crv === undefined ? String(jwk.kty) : `${jwk.kty} ${jwk.crv}`];
  if (kind === undefined) return `must be of ${Object.keys(KINDS).join(", ")}`;
  // A private key is refused: whoever can read the worker's variables could sign in as anybody.
  if (jwk.kty !== "oct" && jwk.d !== undefined) return "is a private key; the edge needs the public one";
  const algorithm = jwk.alg ?? kind.algorithms[0];
  if (algorithm === undefined || !kind.algorithms.includes(algorithm)) {
    return `has an alg that is none of ${kind.algorithms.join(", ")}`;
  }
  if (jwk.kid !== undefined && typeof jwk.kid !== "string") return "has a kid that is no string";
  for (const [field, minBytes] of Object.entries(kind.fields)) {
    const least = HMAC_BYTES[algorithm] ?? minBytes;
    if (byteLength(jwk[field as keyof Kind["fields"]]) < least)
      return `needs ${field}, base64url of at least ${least} bytes`;
  }
  return { algorithm, kid: jwk.kid, jwk };
}

const BASE64URL = { alphabet: "base64url", omitPadding: true } as const;

/** -1 for what is not base64url. */
function byteLength(value: unknown): number {
  if (typeof value !== "string") return -1;
  try {
    return Uint8Array.fromBase64(value, BASE64URL).byteLength;
  } catch {
    return -1;
  }
}
