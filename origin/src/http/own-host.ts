/**
 * An origin that listens on loopback trusts who can reach it. So can a page in a browser on this machine: by
 * a cross-site post, or under a name of its own that it lets point to 127.0.0.1 (DNS rebinding). Neither is
 * answered; who proves a token is.
 */
import type { Context, MiddlewareHandler } from "hono";
import { hostNameOf, refuseCrossSite } from "@spillway/shared/protocol/cross-site.ts";
import { bearerOf, hasBearer, isLoopback, tooManyAttempts } from "./auth.ts";
import { refuseFor } from "./reply.ts";

export type HostGuard = {
  /** The address the origin listens on. */
  readonly host: string;
  /** Further names, in lower case, that it answers to. */
  readonly allowedHosts: readonly string[];
  /** Web origins whose pages may post to it. */
  readonly allowedOrigins: readonly string[];
  readonly edgeTokens: readonly string[];
};

/** Elsewhere than on loopback every request needs a token, which no foreign page has. */
export function requireOwnHost(guard: HostGuard): MiddlewareHandler {
  if (!isLoopback(guard.host)) return async (_, next) => next();
  const isOwn = ownHostNames(guard);
  return async (c, next) => {
    if (await isProven(c, guard)) return next();
    // No browser leaves the host out.
    const host = c.req.header("host") ?? guard.host;
    if (!isOwn(host)) {
      // Whether a token is right, nobody finds out under another name either.
      const waitS = bearerOf(c) === undefined ? undefined : c.get("operatorAccess")?.failed();
      if (waitS !== undefined) return tooManyAttempts(c, waitS);
      // A load balancer in front asks under the public name. More than that the origin is there, no page
      // learns.
      if (c.req.path === "/health" && SAFE_METHODS.has(c.req.method)) return c.json({ ok: true });
      return refuseFor(c, {
        status: 421,
        key: "host",
        reason: "is no name of this origin; see ALLOWED_HOSTS",
      });
    }
    if (SAFE_METHODS.has(c.req.method)) return next();
    const sentBy = { header: (header: string) => c.req.header(header), host, secure: false };
    const crossSite = refuseCrossSite(sentBy, guard.allowedOrigins);
    return crossSite === undefined ? next() : refuseFor(c, crossSite);
  };
}

/** Whether a `Host` names this origin, which listens on loopback. */
export function ownHostNames({
  host: own,
  allowedHosts,
}: Pick<HostGuard, "host" | "allowedHosts">): (host: string) => boolean {
  const names = new Set(["localhost", own.toLowerCase(), ...allowedHosts]);
  return (host) => {
    const name = hostNameOf(host);
    return name !== undefined && (names.has(name) || isLoopback(name));
  };
}

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** With a token, or with our edge's signature, which has been checked. A cookie proves no page. */
async function isProven(c: Context, { edgeTokens }: HostGuard): Promise<boolean> {
  if (c.get("signedByEdge") !== undefined || hasBearer(c, edgeTokens)) return true;
  if (bearerOf(c) === undefined) return false;
  return (await c.get("operatorAccess")?.caller()) !== undefined;
}
