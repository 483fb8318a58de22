/** `USER_TOKEN_KEYS` → the keys that user tokens are checked with, each bound to one algorithm. Pure. */
import { mistakenFor } from "./not-a-secret.ts";
import { BASE64URL, toTokenKey, type TokenKey } from "./token-key.ts";

export type TokenKeys = { readonly keys: readonly TokenKey[]; readonly problems: readonly string[] };

const MIN_SECRET_LENGTH = 32;
/** Each key that fits a token's header costs a check. Key sets in use hold a handful. */
const MAX_KEYS = 32;

const EXPECTED = `expected is a secret of at least ${MIN_SECRET_LENGTH} characters on one line, or a key set as JSON, {"keys":[…]}`;

/**
 * `text` is a key set as JSON (RFC 7517, `{"keys":[…]}`), or a bare secret, which means HS256. What was meant
 * to be something else is refused, and each problem says what was expected. Never throws.
 */
export function parseTokenKeys(text: string): TokenKeys {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return parseKeySet(trimmed);
  const mistake = mistakenFor(trimmed);
  if (mistake !== undefined) return none(`is ${mistake}, which is no secret; ${EXPECTED}`);
  if (/\p{Cc}/u.test(trimmed)) return none(`has line breaks or other control characters; ${EXPECTED}`);
  if (trimmed.length < MIN_SECRET_LENGTH) return none(`is too short; ${EXPECTED}`);
  const k = new TextEncoder().encode(trimmed).toBase64(BASE64URL);
  return { keys: [{ algorithm: "HS256", kid: undefined, jwk: { kty: "oct", k } }], problems: [] };
}

function parseKeySet(json: string): TokenKeys {
  let set: { readonly keys?: unknown };
  try {
    set = JSON.parse(json) as typeof set;
  } catch {
    // The parser's message is left out, since it would quote a secret.
    return none(`begins like JSON, and is none; ${EXPECTED}`);
  }
  if (!Array.isArray(set.keys)) return none(`is JSON and must be a key set, {"keys":[…]}; ${EXPECTED}`);
  if (set.keys.length > MAX_KEYS) return none(`holds ${set.keys.length} keys; at most ${MAX_KEYS}`);
  const keys: TokenKey[] = [];
  const problems: string[] = [];
  for (const [at, jwk] of (set.keys as unknown[]).entries()) {
    const key = toTokenKey(jwk);
    if (typeof key === "string") problems.push(`keys[${at}] ${key}`);
    else if (key !== undefined) keys.push(key);
  }
  if (keys.length === 0 && problems.length === 0) problems.push("holds no key to check signatures with");
  return { keys, problems };
}

function none(problem: string): TokenKeys {
  return { keys: [], problems: [problem] };
}
