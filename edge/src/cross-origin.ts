/**
 * Lets pages of other web origins, those that `ALLOWED_ORIGINS` names, read this worker's answers: the CORS
 * protocol of the Fetch standard.
 */
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { HEADER } from "@spillway/shared/protocol/wire.ts";

export type CrossOrigin = {
  /** For the routes of Hono, preflight requests included. */
  readonly middleware: MiddlewareHandler;
  /**
   * Sets on an answer to GET what the middleware sets, without its promises. `origin`: the field `Origin` of
   * the request.
   */
  readonly expose: (response: Response, origin: string | null) => Response;
};

/** For how long a browser may remember the answer to a preflight request; Chromium's own limit. */
const PREFLIGHT_MAX_AGE_S = 7200;
const EXPOSED = [HEADER.served, HEADER.now, "ETag", "Retry-After", "Server-Timing"];
const EXPOSED_TEXT = EXPOSED.join(",");

/** Undefined where no other origin is allowed. */
export function createCrossOrigin(allowedOrigins: readonly string[]): CrossOrigin | undefined {
  if (allowedOrigins.length === 0) return undefined;
  return {
    middleware: cors({
      origin: [...allowedOrigins],
      credentials: true,
      exposeHeaders: EXPOSED,
      maxAge: PREFLIGHT_MAX_AGE_S,
    }),
    expose: (response, origin) => {
      const { headers } = response;
      if (origin !== null && allowedOrigins.includes(origin))
        headers.set("access-control-allow-origin", origin);
      headers.set("access-control-allow-credentials", "true");
      headers.set("access-control-expose-headers", EXPOSED_TEXT);
      headers.append("vary", "Origin");
      return response;
    },
  };
}
