/** What the serving log records of a response. Pure. */
import { NOT_SERVED } from "@spillway/shared/protocol/serving-log.ts";
import type { Outcome } from "../recommend/response.ts";
import type { Incoming } from "../request/incoming.ts";
import type { ServedCall } from "./serving-log.ts";

type ServedFacts = Pick<ServedCall, "as" | "reason" | "cluster">;

/** Stands for a batch of events, which is posted and not served. */
export const POSTED: ServedFacts = { as: NOT_SERVED, reason: NOT_SERVED, cluster: "" };

/**
 * A header may have 32 KB, and an isolate holds thousands. The front of it is enough to tell agents apart.
 */
const MAX_USER_AGENT_CHARACTERS = 256;
/** The longest address: IPv6 with an IPv4 part. */
const MAX_ADDRESS_CHARACTERS = 45;

export function servedCall(
  { headers, country = "XX" }: Pick<Incoming, "headers" | "country">,
  user: string,
  context: string,
  served: ServedFacts,
): ServedCall {
  return {
    user,
    context,
    ...served,
    country,
    address: (headers.get("cf-connecting-ip") ?? "").slice(0, MAX_ADDRESS_CHARACTERS),
    userAgent: (headers.get("user-agent") ?? "").slice(0, MAX_USER_AGENT_CHARACTERS),
  };
}

export function servedOf(outcome: Outcome): ServedFacts {
  if (outcome.kind === "page") {
    return { as: outcome.page.as, reason: outcome.reason, cluster: outcome.page.cluster ?? "" };
  }
  const { as, reason, cluster = "" } = outcome.served;
  return { as, reason, cluster };
}
