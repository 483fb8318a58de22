/** A request's query parameters, as the shared reading of them asks for. */
import type { Context } from "hono";
import type { Parameters } from "@spillway/shared/protocol/request-query.ts";

export function parametersOf(c: Context): Parameters {
  return { get: (name) => c.req.query(name) ?? null };
}
