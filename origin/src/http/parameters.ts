/** The query parameters of a request to the origin. */
import type { Context } from "hono";
import { parametersOf as parametersIn } from "@spillway/shared/protocol/parameters.ts";
import type { Parameters } from "@spillway/shared/protocol/request-query.ts";

export function parametersOf(c: Context): Parameters {
  return parametersOfUrl(c.req.url);
}

export function parametersOfUrl(url: string): Parameters {
  const hash = url.indexOf("#");
  const address = hash === -1 ? url : url.slice(0, hash);
  const question = address.indexOf("?");
  return parametersIn(question === -1 ? "" : address.slice(question));
}
