/** Whether users prove who they are, and how: the `USER_TOKEN_…` variables. */
import { COOKIE } from "@spillway/shared/protocol/wire.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type { Variables } from "../variables.ts";
import { parseTokenKeys, type TokenKey } from "./user-token-keys.ts";

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
 * fails closed: with broken keys, or with other variables and no keys, `user=` is not believed either.
 */
export function readUserTokenConfig(env: UserTokenVariables, problems: Issue[]): UserTokenConfig | undefined {
  const {
    USER_TOKEN_KEYS = "",
    USER_TOKEN_COOKIE = "",
    USER_TOKEN_ISSUER = "",
    USER_TOKEN_AUDIENCE = "",
  } = env;
  if (`${USER_TOKEN_KEYS}${USER_TOKEN_COOKIE}${USER_TOKEN_ISSUER}${USER_TOKEN_AUDIENCE}` === "") {
    return undefined;
  }
  const parsed = parseTokenKeys(USER_TOKEN_KEYS);
  for (const reason of parsed.problems) problems.push({ key: "USER_TOKEN_KEYS", reason });
  return {
    keys: parsed.keys,
    cookie: cookieName(USER_TOKEN_COOKIE, problems),
    issuer: USER_TOKEN_ISSUER || undefined,
    audience: USER_TOKEN_AUDIENCE || undefined,
  };
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
