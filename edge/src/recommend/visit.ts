/** Who asks for what: the request's query, its visitor, and the published state that the answer goes by. */
import type { Refusal } from "@spillway/shared/protocol/problem.ts";
import { parametersOf } from "@spillway/shared/protocol/parameters.ts";
import { readQuery, refuseUnknownContext, type Query } from "@spillway/shared/protocol/request-query.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { UserTokens } from "../identity/user-token.ts";
import { identify, type Visitor } from "../identity/visitor.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import type { PublishedState, PublishedStateReader } from "../published/published-state.ts";
import type { Incoming } from "../request/incoming.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { RolloutWatch } from "../rollout/rollout-watch.ts";

export type Visit = {
  readonly kind: "visit";
  readonly incoming: Incoming;
  readonly requestContext: RequestContext;
  readonly query: Query;
  readonly visitor: Visitor;
  /** What stands for the visitor in logs, in sets and on what they carry. */
  readonly userHash: UserHash;
  /** True when a token proves the visitor. */
  readonly proven: boolean;
  /** The limit of age in that token, if it has one. */
  readonly provenAgeLimit: number | undefined;
  readonly state: PublishedState;
};

export type VisitDeps = {
  readonly state: PublishedStateReader;
  readonly rollouts: Pick<RolloutWatch, "stateFor">;
  /** Undefined: the `user` parameter is believed. */
  readonly userTokens: UserTokens | undefined;
  readonly newId: () => string;
  readonly hashUser: (user: string) => UserHash;
};

export function readVisit(
  { state: readState, rollouts, userTokens, newId, hashUser }: VisitDeps,
  incoming: Incoming,
  requestContext: RequestContext,
): MaybePromise<Visit | Refusal> {
  const { address, headers } = incoming;
  const asked = readQuery(parametersOf(address.search), userTokens === undefined);
  if (asked.kind === "refused") return asked;
  const { query } = asked;
  return andThen(readState(requestContext), (state) => {
    const unknown = refuseUnknownContext(query.context, state.clusters?.contexts ?? PAGE_CONTEXTS);
    if (unknown !== undefined) return unknown;
    return andThen(userTokens?.userOf(headers, requestContext.nowMs), (proven): Visit => {
      const user = query.user ?? proven?.user;
      const cookies = user === undefined ? headers.get("cookie") : null;
      const visitor = identify(user, cookies, address.secure, newId);
      const { rollout } = state.routing;
      return {
        kind: "visit",
        incoming,
        requestContext,
        query,
        visitor,
        userHash: hashUser(visitor.user),
        proven: proven !== undefined,
        provenAgeLimit: proven?.ageLimit,
        state:
          rollout === undefined ? state : rollouts.stateFor(state, rollout, visitor.user, requestContext),
      };
    });
  });
}
