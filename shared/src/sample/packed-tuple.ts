/**
 * A decision tuple on its way from an isolate to the origin: its values in one text, and before them whom it
 * is of, so that visitors can be counted. That stands in transit, and in what the origin has not folded yet.
 */
import type { UserHash } from "../protocol/user-hash.ts";
import type { DecisionTuple } from "./decision-tuple.ts";

export type TupleOwner = {
  readonly user: UserHash;
  /**
   * Of somebody who came without an id, a hash of the network in place of the one that they were given:
   * whoever keeps no cookies is a new visitor with each request, and would count as many. Empty for all
   * others.
   */
  readonly network: string;
};

/** A tuple that nobody has weighed yet. */
export type PlainTuple = Omit<DecisionTuple, "weight" | "folded">;

/** `<owner> <values as a JSON array>`; flat, so that it holds on to no header that a value was cut out of. */
export function packTuple({ user, network }: TupleOwner, tuple: PlainTuple): string {
  const { minute, context, signals, country, band, as, reason, cluster, rule, version, holdout, known } =
    tuple;
  const { team, entry, campaign, event, affinity, recency, depth, device, region, texts } = signals;
  const flags = (holdout ? HOLDOUT : 0) | (known ? KNOWN : 0);
  const served = [
    minute,
    context,
    as,
    reason,
    cluster ?? "",
    rule ?? "",
    band,
    version,
    flags,
    country ?? "",
  ];
  const told = [team, entry, campaign, event, affinity, recency, depth, device, region];
  return `${user}${network} ${JSON.stringify([...served, ...told, ...(texts === undefined ? [] : [texts])])}`;
}

export const HOLDOUT = 1;
export const KNOWN = 2;
