/** Finds out which operator calls: by ADMIN_TOKEN, by a token of theirs, or by a session of the console. */
import { createHmac } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { CONSOLE_COOKIE, type ConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import type { Role } from "@spillway/shared/operators/role.ts";
import { ADMIN_GRANT, type OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { bearerOf, hasBearerScheme, sameSecret } from "../auth.ts";
import { Attempts, BEARERS } from "./attempts.ts";
import { callerAddress } from "./caller-address.ts";

/** Who acts. */
export type Operator = {
  /** The token's name; `admin` for who holds ADMIN_TOKEN. */
  readonly name: string;
  readonly role: Role;
  readonly via: "admin-token" | "token" | "session";
  /** What a session of theirs is granted for: a token's id, or what stands for ADMIN_TOKEN. */
  readonly grantedFor: string;
  /** When the token or the session ends; undefined: it does not. */
  readonly expiresMs: number | undefined;
  /** Only via a session. */
  readonly sessionId: string | undefined;
};

export type OperatorAccess = {
  readonly store: Pick<OperatorStore, "audit" | "tokens" | "sessions">;
  readonly nowMs: () => number;
  /** Who calls; undefined for nobody that we know. It is looked up once for a request. */
  readonly caller: () => Promise<Operator | undefined>;
  /** Whose secret this is, as it stands in a sign-in. */
  readonly holderOf: (secret: string) => Promise<Operator | undefined>;
  /**
   * Counts that this request's bearer was a wrong one: undefined where it may have been tried, or the seconds
   * until there may be another attempt from its address.
   */
  readonly failed: () => number | undefined;
};

declare module "hono" {
  // An alias can't add to the framework's own declaration.
  // oxlint-disable-next-line typescript/consistent-type-definitions
  interface ContextVariableMap {
    operatorAccess?: OperatorAccess;
    /** Set by `requireRole`. */
    operator?: Operator;
  }
}

export type OperatorAccessDeps = {
  readonly operatorStore: Pick<OperatorStore, "audit" | "tokens" | "sessions">;
  readonly consoleSessions: ConsoleSessions;
  readonly adminToken: string;
  readonly nowMs: () => number;
};

/** A token's last use is kept to the minute, so that reads seldom write. */
const USED_EVERY_MS = 60_000;

/** To be mounted before the routes: {@link requireRole} and whatever else asks who calls rely on it. */
export function knowOperators(deps: OperatorAccessDeps): MiddlewareHandler {
  const { operatorStore: store, nowMs } = deps;
  const holderOf = holders(deps);
  const attempts = new Attempts(BEARERS);
  return async (c, next) => {
    let known: Promise<Operator | undefined> | undefined;
    const caller = (): Promise<Operator | undefined> => (known ??= callerOf(c, deps, holderOf, attempts));
    const failed = () => attempts.take(callerAddress(c) ?? "", nowMs(), bearerOf(c) ?? "");
    c.set("operatorAccess", { store, nowMs, caller, holderOf, failed });
    await next();
  };
}

/**
 * A bearer decides; who sends a wrong one is nobody, whatever cookie comes along. What a proxy in front asks
 * for by another scheme, such as Basic, is none of ours.
 */
async function callerOf(
  c: Context,
  deps: OperatorAccessDeps,
  holderOf: OperatorAccess["holderOf"],
  attempts: Attempts,
): Promise<Operator | undefined> {
  if (hasBearerScheme(c)) {
    const bearer = bearerOf(c);
    const holder = bearer === undefined ? undefined : await holderOf(bearer);
    return holder?.via === "admin-token" && !mayTry(c, deps, attempts) ? undefined : holder;
  }
  const nowMs = deps.nowMs();
  const sealed = await deps.consoleSessions.open(getCookie(c, CONSOLE_COOKIE), nowMs);
  const session = sealed && (await deps.operatorStore.sessions.find(sealed.id, nowMs));
  if (session === undefined) return undefined;
  const { id, name, role, grantedFor, expiresMs } = session;
  // A session of another ADMIN_TOKEN ended with it.
  if (grantedFor.startsWith(ADMIN_GRANT) && grantedFor !== adminGrant(deps.adminToken)) return undefined;
  return { name, role, via: "session", grantedFor, expiresMs, sessionId: id };
}

/**
 * ADMIN_TOKEN may have been guessed: where too many wrong ones have come from, it is not believed for a while
 * either. The secret of a token that we have made can't be guessed.
 */
function mayTry(c: Context, { nowMs }: OperatorAccessDeps, attempts: Attempts): boolean {
  const address = callerAddress(c) ?? "";
  if (attempts.waitS(address, nowMs()) !== undefined) return false;
  attempts.know(address, nowMs());
  return true;
}

function holders({ operatorStore, adminToken, nowMs }: OperatorAccessDeps): OperatorAccess["holderOf"] {
  const usedMs = new Map<string, number>();
  const markUsed = (id: string, atMs: number): void => {
    if (atMs - (usedMs.get(id) ?? -Infinity) < USED_EVERY_MS) return;
    usedMs.set(id, atMs);
    // It is told by the way: a request does not wait for it, and does not fail with it.
    operatorStore.tokens.used(id, atMs).catch(() => usedMs.delete(id));
  };
  const admin: Operator = {
    name: "admin",
    role: "admin",
    via: "admin-token",
    grantedFor: adminGrant(adminToken),
    expiresMs: undefined,
    sessionId: undefined,
  };
  return async (secret) => {
    if (sameSecret(secret, adminToken)) return admin;
    const token = await operatorStore.tokens.find(secret, nowMs());
    if (token === undefined) return undefined;
    markUsed(token.id, nowMs());
    const { id, name, role, expiresMs } = token;
    return { name, role, via: "token", grantedFor: id, expiresMs, sessionId: undefined };
  };
}

/** Tells one ADMIN_TOKEN from another, and nothing of either. */
function adminGrant(adminToken: string): string {
  const digest = createHmac("sha256", adminToken).update("spillway console grant").digest("hex");
  return `${ADMIN_GRANT}${digest.slice(0, 32)}`;
}
