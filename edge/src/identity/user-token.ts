/**
 * Who a request's signed user token says it is; each token is verified once and then remembered by this
 * isolate.
 */
import { decodeProtectedHeader, errors, importJWK, jwtVerify } from "jose";
import { readAgeLimit } from "@spillway/shared/protocol/audience.ts";
import { isNobody } from "@spillway/shared/signals/plain-value.ts";
import { readCookie } from "@spillway/shared/signals/cookies.ts";
import { isId, VISITOR_ID } from "@spillway/shared/protocol/wire.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { createByteLru } from "../byte-lru.ts";
import type { Failure, Failures } from "../failures.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import { MEMORY } from "../memory/isolate-memory.ts";
import type { HeaderFields } from "../request/incoming.ts";
import type { UserTokenConfig } from "./user-token-config.ts";
import type { TokenKey } from "./token-key.ts";

export type UserTokens = {
  /**
   * The user whom the request's token names; undefined without a token that holds. It is a promise only where
   * this isolate has to verify the token first. Never throws.
   */
  readonly userOf: (headers: HeaderFields, nowMs: number) => MaybePromise<KnownUser>;
  /** The same, with the reason of a refusal. */
  readonly proofOf: (headers: HeaderFields, nowMs: number) => Promise<UserProof>;
  /** What is wrong with keys that only an import can tell, such as a point beside its curve. Never throws. */
  readonly keyProblems: () => Promise<readonly Issue[]>;
  /** The number of tokens in memory that hold. */
  readonly remembered: () => number;
};

type KnownUser = TokenUser | undefined;

export type TokenUser = {
  readonly user: string;
  /** The claim `rating`, in years; undefined where the token has none. */
  readonly ageLimit: number | undefined;
};

export type UserProof =
  | { readonly kind: "user"; readonly user: string }
  | { readonly kind: "refused"; readonly reason: string };

const REFUSALS = {
  "user-token-expired": "has expired",
  "user-token-invalid": "is not valid: its signature, algorithm, issuer, audience or claims",
} as const;

/** The outcome of a verification, and until when it holds. */
type Verdict =
  | (TokenUser & { readonly kind: "user"; readonly untilMs: number })
  | {
      readonly kind: "refused";
      readonly failure: Extract<Failure, `user-token-${string}`>;
      readonly untilMs: number;
    };

/** How far the clocks of the signer and of the edge may differ. */
const CLOCK_TOLERANCE_S = 30;
/** A longer token is refused unread. No cookie is that long. */
const MAX_TOKEN_LENGTH = 8192;
/** Holds some 5,000 tokens of usual length. */
/** What an entry takes beside its token. */
const ENTRY_BYTES = 200;
/**
 * A signature that does not hold never will; it is looked at again all the same, should memory have erred.
 */
const REFUSED_FOR_MS = 60_000;

export function createUserTokens(config: UserTokenConfig, failures: Pick<Failures, "count">): UserTokens {
  const imported = createImportedKeys();
  const verify = createVerifier(config, imported);
  // The key is the whole token: Workers hash securely only by a promise, and an attacker could find two
  // tokens with the same fast hash. Refused tokens have a memory of their own, so that a flood of forged ones
  // cannot push out good ones.
  const good = createByteLru<Verdict>(MEMORY.goodTokens);
  const refused = createByteLru<Verdict>(MEMORY.refusedTokens);
  const settle = (verdict: Verdict): KnownUser => {
    if (verdict.kind === "user") return verdict;
    // No detail is given, since neither tokens nor ids belong in a log.
    failures.count(verdict.failure);
    return undefined;
  };
  const verdictOn = (token: string, nowMs: number): MaybePromise<Verdict> => {
    if (token.length > MAX_TOKEN_LENGTH) return refusal("user-token-invalid", nowMs + REFUSED_FOR_MS);
    const known = stillHolds(good.get(token), nowMs) ?? stillHolds(refused.get(token), nowMs);
    return (
      known ??
      verify(token, nowMs).then((verdict) => {
        if (verdict.untilMs <= nowMs) return verdict;
        (verdict.kind === "user" ? good : refused).set(token, verdict, token.length + ENTRY_BYTES);
        return verdict;
      })
    );
  };
  return {
    userOf: (headers, nowMs) => {
      const token = tokenOf(headers, config.cookie);
      if (token === undefined) return undefined;
      return andThen(verdictOn(token, nowMs), settle);
    },
    proofOf: async (headers, nowMs) => {
      const token = tokenOf(headers, config.cookie);
      if (token === undefined) {
        const reason = `is missing, as "Authorization: Bearer …" or in the cookie ${config.cookie}`;
        return { kind: "refused", reason };
      }
      const verdict = await verdictOn(token, nowMs);
      settle(verdict);
      return verdict.kind === "user" ? verdict : { kind: "refused", reason: REFUSALS[verdict.failure] };
    },
    keyProblems: async () => {
      const sound = await Promise.allSettled(config.keys.map((key) => imported(key)));
      return sound.flatMap(({ status }, at) =>
        status === "fulfilled" ? [] : [{ key: "USER_TOKEN_KEYS", reason: unusable(config.keys[at]) }],
      );
    },
    remembered: () => good.size().entries,
  };
}

function stillHolds(verdict: Verdict | undefined, nowMs: number): Verdict | undefined {
  return verdict !== undefined && nowMs < verdict.untilMs ? verdict : undefined;
}

/** The header wins over the cookie, since an app sends it on purpose. */
function tokenOf(headers: HeaderFields, cookie: string): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  return bearer ?? (readCookie(headers.get("cookie"), cookie) || undefined);
}

function unusable(key: TokenKey | undefined): string {
  const name = key?.kid === undefined ? "" : ` ${JSON.stringify(key.kid)}`;
  return `holds a key${name} for ${key?.algorithm} that is none: its numbers are not those of such a key`;
}

/** `untilMs`: until time alone could change the verdict. */
function refusal(failure: Extract<Failure, `user-token-${string}`>, untilMs: number): Verdict {
  return { kind: "refused", failure, untilMs };
}

type ImportedKeys = (key: TokenKey) => ReturnType<typeof importJWK>;

/** Keys are imported on first use, since Workers allow no asynchronous work at global scope. */
function createImportedKeys(): ImportedKeys {
  const imported = new Map<TokenKey, ReturnType<typeof importJWK>>();
  return (key) => {
    const known = imported.get(key);
    if (known !== undefined) return known;
    const fresh = importJWK(key.jwk, key.algorithm);
    imported.set(key, fresh);
    // A failure is no property of the key for certain, so that it is not remembered.
    fresh.catch(() => imported.delete(key));
    return fresh;
  };
}

function createVerifier(
  { keys, issuer, audience }: UserTokenConfig,
  cryptoKey: ImportedKeys,
): (token: string, nowMs: number) => Promise<Verdict> {
  return async (token, nowMs) => {
    const failed: unknown[] = [];
    for (const key of keysFor(keys, token)) {
      try {
        const { payload } = await jwtVerify(token, await cryptoKey(key), {
          // The key's own algorithm. The token's header has only chosen among the keys.
          algorithms: [key.algorithm],
          requiredClaims: ["sub", "exp"],
          clockTolerance: CLOCK_TOLERANCE_S,
          currentDate: new Date(nowMs),
          ...(issuer !== undefined && { issuer }),
          ...(audience !== undefined && { audience }),
        });
        const { sub = "", exp = 0, rating } = payload;
        // A visitor's id as a user's would open that visitor's page.
        return isId(sub) && !isNobody(sub) && !VISITOR_ID.test(sub)
          ? { kind: "user", user: sub, ageLimit: limitInClaim(rating), untilMs: exp * 1000 }
          : refusal("user-token-invalid", nowMs + REFUSED_FOR_MS);
      } catch (error) {
        failed.push(error);
      }
    }
    const isExpired = failed.some((error) => error instanceof errors.JWTExpired);
    return refusal(
      isExpired ? "user-token-expired" : "user-token-invalid",
      Math.min(nowMs + REFUSED_FOR_MS, ...failed.map((error) => mayHoldFromMs(error, nowMs))),
    );
  };
}

/** A claim that cannot be read was meant as a limit: it counts as the strictest. */
function limitInClaim(rating: unknown): number | undefined {
  if (rating === undefined || rating === null) return undefined;
  return typeof rating === "number" || typeof rating === "string" ? (readAgeLimit(String(rating)) ?? 0) : 0;
}

/** When what was refused for this may hold: at once, where the check itself has failed. */
function mayHoldFromMs(error: unknown, nowMs: number): number {
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf") {
    const { nbf } = error.payload;
    return typeof nbf === "number" ? Math.ceil(nbf - CLOCK_TOLERANCE_S) * 1000 : Infinity;
  }
  return error instanceof errors.JOSEError ? Infinity : nowMs;
}

/** Keys of the token's algorithm and `kid`. No key has the algorithm `none`. */
function keysFor(keys: readonly TokenKey[], token: string): readonly TokenKey[] {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return keys.filter(
      (key) => key.algorithm === alg && (key.kid === undefined || kid === undefined || key.kid === kid),
    );
  } catch {
    return [];
  }
}
