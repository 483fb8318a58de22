/** The query parameters of a request to the origin. */
import type { Context } from "hono";
import { parametersOf as parametersIn } from "@spillway/shared/protocol/parameters.ts";
import type { Parameters } from "@spillway/shared/protocol/request-query.ts";

export function parametersOf(c: Context): Parameters {
  const [address = ""] = c.req.url.split("#", 1);
  const question = address.indexOf("?");
  return parametersIn(question === -1 ? "" : address.slice(question));
}
