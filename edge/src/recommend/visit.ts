/** Who asks for what: the request's query, its visitor, and the published state that the answer goes by. */
import type { Refusal } from "@spillway/shared/protocol/problem.ts";
import { parametersOf } from "@spillway/shared/protocol/parameters.ts";
import { readQuery, refuseUnknownContext, type Query } from "@spillway/shared/protocol/request-query.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { UserTokens } from "../identity/user-token.ts";
import { identify, type Visitor } from "../identity/visitor.ts";
import type { PublishedState, PublishedStateReader } from "../published/published-state.ts";
import { readAddress, type Address } from "../request/address.ts";
import type { RequestContext } from "../request/request-context.ts";

export type Visit = {
  readonly kind: "visit";
  readonly address: Address;
  readonly query: Query;
  readonly visitor: Visitor;
  readonly state: PublishedState;
};

export type VisitDeps = {
  readonly state: PublishedStateReader;
  /** Undefined: the `user` parameter is believed. */
  readonly userTokens: UserTokens | undefined;
  readonly newId: () => string;
};

export async function readVisit(
  { state: readState, userTokens, newId }: VisitDeps,
  request: Request,
  requestContext: RequestContext,
): Promise<Visit | Refusal> {
  const address = readAddress(request.url);
  const asked = readQuery(parametersOf(address.search), userTokens === undefined);
  if (asked.kind === "refused") return asked;
  const state = await readState(requestContext);
  const unknown = refuseUnknownContext(asked.query.context, state.clusters?.contexts ?? PAGE_CONTEXTS);
  if (unknown !== undefined) return unknown;
  const proven = userTokens?.userOf(request.headers, requestContext.nowMs);
  // Nobody waits for a token that this isolate knows.
  const user = asked.query.user ?? (proven instanceof Promise ? await proven : proven);
  const cookies = user === undefined ? request.headers.get("cookie") : null;
  return {
    kind: "visit",
    address,
    query: asked.query,
    visitor: identify(user, cookies, address.secure, newId),
    state,
  };
}
