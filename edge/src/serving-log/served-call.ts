/** What the serving log records of a response. Pure. */
import { NOT_SERVED } from "@spillway/shared/protocol/serving-log.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { agentClassOf } from "./agent-class.ts";
import type { Outcome } from "../recommend/response.ts";
import type { Incoming } from "../request/incoming.ts";
import type { SampledOutcome } from "./sample.ts";
import type { ServedCall } from "./serving-log.ts";

type LoggedFacts = Pick<ServedCall, "as" | "reason" | "cluster" | "version" | "slow">;
type ServedFacts = SampledOutcome & LoggedFacts;

/** Stands for a batch of events, which is posted and not served. */
export const POSTED: LoggedFacts = {
  as: NOT_SERVED,
  reason: NOT_SERVED,
  cluster: "",
  version: 0,
  slow: false,
};

/** The longest address: IPv6 with an IPv4 part. */
const MAX_ADDRESS_CHARACTERS = 45;

export function servedCall(
  { headers, country = "XX" }: Pick<Incoming, "headers" | "country">,
  user: UserHash,
  context: string,
  { as, reason, cluster, version, slow }: LoggedFacts,
): ServedCall {
  return {
    user,
    context,
    as,
    reason,
    cluster,
    country,
    address: (headers.get("cf-connecting-ip") ?? "").slice(0, MAX_ADDRESS_CHARACTERS),
    agent: agentClassOf(headers.get("user-agent") ?? ""),
    version,
    slow,
  };
}

/** `version` is that of the routing which decided. */
export function servedOf(outcome: Outcome, version: number, slow: boolean): ServedFacts {
  if (outcome.kind === "page") {
    const { as, cluster = "", viewer } = outcome.page;
    return { as, reason: outcome.reason, cluster, viewer, version, slow };
  }
  const { as, reason, cluster = "", viewer } = outcome.served;
  return { as, reason, cluster, viewer, version, slow };
}
