/** Whether users prove who they are, and how: the `USER_TOKEN_…` variables. */
import { COOKIE } from "@spillway/shared/protocol/wire.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type { Variables } from "../variables.ts";
import type { TokenKey } from "./token-key.ts";
import { parseTokenKeys } from "./user-token-keys.ts";

export type UserTokenVariables = Pick<Variables, Extract<keyof Variables, `USER_TOKEN_${string}`>>;

export type UserTokenConfig = {
  /** Without any key no token holds, and everybody is a visitor. */
  readonly keys: readonly TokenKey[];
  readonly cookie: string;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
};

export const DEFAULT_COOKIE = "spillway_user";

/**
 * Undefined where no variable is set; then `user=` is believed. What is wrong is added to `problems` and
 * fails closed: with broken keys, with other variables and no keys, or with a name that is nearly one of
 * these, `user=` is not believed either.
 */
export function readUserTokenConfig(env: UserTokenVariables, problems: Issue[]): UserTokenConfig | undefined {
  const misnamed = Object.keys(env).filter((name) => LOOKS_LIKE_OURS.test(name) && !NAMES.includes(name));
  for (const key of misnamed) {
    problems.push({ key, reason: `is no variable of the worker; there are ${NAMES.join(", ")}` });
  }
  const {
    USER_TOKEN_KEYS = "",
    USER_TOKEN_COOKIE = "",
    USER_TOKEN_ISSUER = "",
    USER_TOKEN_AUDIENCE = "",
  } = env;
  const set = `${USER_TOKEN_KEYS}${USER_TOKEN_COOKIE}${USER_TOKEN_ISSUER}${USER_TOKEN_AUDIENCE}`;
  if (set === "" && misnamed.length === 0) return undefined;
  const parsed = parseTokenKeys(USER_TOKEN_KEYS);
  for (const reason of parsed.problems) problems.push({ key: "USER_TOKEN_KEYS", reason });
  const claims = {
    issuer: claimOf("USER_TOKEN_ISSUER", USER_TOKEN_ISSUER, problems),
    audience: claimOf("USER_TOKEN_AUDIENCE", USER_TOKEN_AUDIENCE, problems),
  };
  return {
    // A claim that cannot be checked must not go unchecked.
    keys: Object.values(claims).includes("") ? [] : parsed.keys,
    cookie: cookieName(USER_TOKEN_COOKIE, problems),
    issuer: claims.issuer || undefined,
    audience: claims.audience || undefined,
  };
}

const NAMES: readonly string[] = [
  "USER_TOKEN_KEYS",
  "USER_TOKEN_COOKIE",
  "USER_TOKEN_ISSUER",
  "USER_TOKEN_AUDIENCE",
] satisfies (keyof UserTokenVariables)[];
/** `USER_TOKEN_KEY` and the like: who sets it means that users must prove who they are. */
const LOOKS_LIKE_OURS = /^USERS?_?TOKENS?(_|$)/i;

/** The text that the claim must be; empty for one that cannot be such a text, undefined where none is set. */
function claimOf(key: string, text: string, problems: Issue[]): string | undefined {
  if (text === "") return undefined;
  // `echo … | wrangler secret put` adds a line break.
  const claim = text.trim();
  if (claim !== "" && !/\p{Cc}/u.test(claim)) return claim;
  problems.push({ key, reason: "must be a text on one line; nobody is believed until it is" });
  return "";
}

/** RFC 6265 §4.1.1: a cookie's name is a token of HTTP. */
const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]{1,128}$/;

function cookieName(name: string, problems: Issue[]): string {
  if (name === "") return DEFAULT_COOKIE;
  const taken = Object.values<string>(COOKIE).includes(name);
  if (COOKIE_NAME.test(name) && !taken) return name;
  const reason = taken ? "is a cookie of Spillway's own" : "must be a cookie's name";
  problems.push({ key: "USER_TOKEN_COOKIE", reason: `${reason}; ${DEFAULT_COOKIE} is used` });
  return DEFAULT_COOKIE;
}
