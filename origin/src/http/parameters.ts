/** Adapts a request's query parameters to the type that shared/protocol/request-query.ts reads. */
import type { Context } from "hono";
import type { Parameters } from "@spillway/shared/protocol/request-query.ts";

export function parametersOf(c: Context): Parameters {
  return { get: (name) => c.req.query(name) ?? null };
}
