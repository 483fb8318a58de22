/**
 * Decides who may call. Admin routes always need their token; when the origin listens beyond loopback, every
 * route needs one.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { refuse } from "./reply.ts";

/** Answers 401 unless the request has `Authorization: Bearer <adminToken>`. */
export function requireAdmin(adminToken: string): MiddlewareHandler {
  return async (c, next) => (hasBearer(c, [adminToken]) ? next() : unauthorized(c, "the admin token"));
}

export type TokenGuard = {
  /** The address the origin listens on. */
  readonly host: string;
  readonly adminToken: string;
  /** The current token of the edge, and the previous one while it holds. */
  readonly edgeTokens: readonly string[];
};

/**
 * When the origin listens on loopback, every request passes. Otherwise every route outside OPEN_PATHS
 * needs the admin or the edge token as a bearer, or a signature by our edge.
 */
export function requireTokenUnlessLoopback({ host, adminToken, edgeTokens }: TokenGuard): MiddlewareHandler {
  const open = isLoopback(host);
  return async (c, next) => {
    if (open || OPEN_PATHS.has(c.req.path) || c.get("signedByEdge") !== undefined) return next();
    if (hasBearer(c, [adminToken, ...edgeTokens])) return next();
    return unauthorized(c, "a token, since the origin does not listen on loopback,");
  };
}

const OPEN_PATHS: ReadonlySet<string> = new Set(["/health", "/openapi.json"]);

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

export function hasBearer(c: Context, tokens: readonly string[]): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
  return given !== undefined && tokens.some((token) => sameSecret(given, token));
}

/** Compares in constant time. Digests are compared, since timingSafeEqual needs equal lengths. */
function sameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

export function unauthorized(c: Context, what: string): Response {
  c.header("WWW-Authenticate", 'Bearer realm="spillway"');
  return refuse(c, 401, `this route needs ${what} as "Authorization: Bearer …"`);
}

export function unsigned(c: Context): Response {
  return refuse(c, 401, "this route needs our edge's signature");
}
