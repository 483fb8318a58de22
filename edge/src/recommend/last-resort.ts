/**
 * The answer when something inside the edge breaks: a viewer gets a page all the same. It must not repeat
 * what has failed, so all of it was made when the worker started, and nothing of the request is parsed.
 */
import { asStandIn } from "@spillway/shared/protocol/page.ts";
import { formatServed } from "@spillway/shared/protocol/served.ts";
import { GENERIC_CLUSTER, HEADER, PAGE_CONTEXTS, QUERY_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { builtinPage } from "../pages/builtin-page.ts";
import { COMMON_FIELDS } from "./response.ts";

const SERVED = { as: "builtin", reason: "origin-error", assigned: GENERIC_CLUSTER } as const;
const FIELDS = { ...COMMON_FIELDS, "content-type": "application/json; charset=utf-8" };

type Prepared = { readonly body: Uint8Array; readonly served: string };

const HOMEPAGE: Prepared = { body: builtinPage("homepage").body, served: formatServed(SERVED) };
const PREPARED: readonly (readonly [parameter: string, prepared: Prepared])[] = [
  ...PAGE_CONTEXTS.map((context): [string, Prepared] => [
    `context=${context}`,
    { ...HOMEPAGE, body: builtinPage(context).body },
  ]),
  ...QUERY_CONTEXTS.map((context): [string, Prepared] => [
    `context=${context}`,
    {
      body: asStandIn(HOMEPAGE.body, { context }),
      served: formatServed({ ...SERVED, standsInFor: context }),
    },
  ]),
];

/** `url` is the request's, well-formed or not. */
export function lastResort(url: string): Response {
  const [, { body, served } = HOMEPAGE] = PREPARED.find(([parameter]) => url.includes(parameter)) ?? [];
  const headers = { ...FIELDS, [HEADER.served]: served, [HEADER.now]: new Date().toISOString() };
  return new Response(body, { headers });
}
