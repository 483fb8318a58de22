/**
 * Decides who may call at all: when the origin listens beyond loopback, every route needs a token. What an
 * operator may do on the admin routes is decided in operators/require-role.ts.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { mayActAs } from "@spillway/shared/operators/role.ts";
import { refuse } from "./reply.ts";

export type TokenGuard = {
  /** The address the origin listens on. */
  readonly host: string;
  /** The current token of the edge, and the previous one while it holds. */
  readonly edgeTokens: readonly string[];
};

/**
 * When the origin listens on loopback, every request passes. Otherwise every route that is not open needs a
 * token as a bearer, a signature by our edge, or a session of the console. Operators' tokens and sessions
 * read; who may change something says the route itself, and where it does not, an operator.
 */
export function requireTokenUnlessLoopback({ host, edgeTokens }: TokenGuard): MiddlewareHandler {
  const open = isLoopback(host);
  return async (c, next) => {
    if (open || isOpen(c.req.path) || c.get("signedByEdge") !== undefined) return next();
    if (hasBearer(c, edgeTokens)) return next();
    const operator = await c.get("operatorAccess")?.caller();
    if (operator === undefined)
      return unauthorized(c, "a token, since the origin does not listen on loopback,");
    const mayPost = operator.via !== "session" && mayActAs(operator.role, "operator");
    if (c.req.path !== "/events" || mayPost) return next();
    return refuse(c, 403, "events need the admin token, the edge's, or an operator's");
  };
}

const OPEN_PATHS: ReadonlySet<string> = new Set(["/health", "/openapi.json", "/console"]);

/** The console's files tell nothing before somebody has signed in with them. */
function isOpen(path: string): boolean {
  return OPEN_PATHS.has(path) || path.startsWith("/console/");
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

export function hasBearer(c: Context, tokens: readonly string[]): boolean {
  const given = bearerOf(c);
  return given !== undefined && tokens.some((token) => sameSecret(given, token));
}

/** Whether a bearer comes along, a right one or not. */
export function hasBearerScheme(c: Context): boolean {
  return /^Bearer(\s|$)/i.test(c.req.header("authorization") ?? "");
}

export function bearerOf(c: Context): string | undefined {
  return /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

/** Compares in constant time. Digests are compared, since timingSafeEqual needs equal lengths. */
export function sameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** 401, or 429 with `Retry-After` where too many wrong bearers have come from the caller's address. */
export function unauthorized(c: Context, what: string): Response {
  const waitS = hasBearerScheme(c) ? c.get("operatorAccess")?.failed() : undefined;
  if (waitS !== undefined) return tooManyAttempts(c, waitS);
  c.header("WWW-Authenticate", 'Bearer realm="spillway"');
  return refuse(c, 401, `this route needs ${what} as "Authorization: Bearer …"`);
}

export function tooManyAttempts(c: Context, waitS: number): Response {
  c.header("Retry-After", String(waitS));
  return refuse(c, 429, `too many attempts with a wrong token; try again in ${waitS} s`);
}

export function unsigned(c: Context): Response {
  return refuse(c, 401, "this route needs our edge's signature");
}
