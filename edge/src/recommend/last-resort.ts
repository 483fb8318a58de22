/**
 * The answer when something inside the edge breaks: a viewer gets a page all the same. It must not repeat what
 * has failed, so all of it was made when the worker started, and nothing of the request is parsed.
 */
import { formatServed } from "@spillway/shared/protocol/served.ts";
import { GENERIC_CLUSTER, HEADER, PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { builtinPage } from "../pages/builtin-page.ts";
import { COMMON_FIELDS } from "./response.ts";

const BODIES = PAGE_CONTEXTS.map((context) => [`context=${context}`, builtinPage(context).body] as const);
const HOMEPAGE = builtinPage("homepage").body;
const FIELDS = {
  ...COMMON_FIELDS,
  "content-type": "application/json; charset=utf-8",
  [HEADER.served]: formatServed({ as: "builtin", reason: "origin-error", assigned: GENERIC_CLUSTER }),
};

/** `url` is the request's, well-formed or not. */
export function lastResort(url: string): Response {
  const [, body = HOMEPAGE] = BODIES.find(([parameter]) => url.includes(parameter)) ?? [];
  return new Response(body, { headers: { ...FIELDS, [HEADER.now]: new Date().toISOString() } });
}
