/**
 * The ladder, and the response header that says which rung served a request and why:
 * `Spillway-Served: cluster;reason=over-threshold;cluster="esp.social.casual";generation=42;age=17`.
 * It is an RFC 9651 item: a token with parameters.
 */

import { CARRIERS } from "../routing/carriers.ts";

/** The rungs, best first. */
export const SERVED_AS = ["individual", "tailored", "cluster", "parent", "generic", "builtin"] as const;
export type ServedAs = (typeof SERVED_AS)[number];

/** Why this rung served, and no better one. */
export const SERVED_REASONS = [
  /** The origin was asked and personalized. */
  "admitted",
  /** The band's threshold is used up. */
  "over-threshold",
  /** The origin did not answer within the deadline. */
  "deadline",
  /** The origin answered with an error, or with something that is no Spillway page. */
  "origin-error",
  /** The edge could not connect to the origin. */
  "origin-unreachable",
  /** `mode` in routing.toml decided. */
  "forced",
  /** One of `[[rules]]` in routing.toml decided. */
  "rule",
  /** The caller named a cluster and asked for its page. */
  "requested",
  /** The request cannot be personalized, because there is no user or no model. */
  "no-model",
  /** The user is taken for a scraper; see suspects.ts. */
  "suspect",
  /** The visitor belongs to the holdout of routing.toml, and is served differently from the others. */
  "holdout",
] as const;
export type ServedReason = (typeof SERVED_REASONS)[number];

/**
 * Where what is known of a viewer was known: at the edge by a carrier, or at the origin by its own events.
 */
export const KNOWN_BY = [...CARRIERS, "origin"] as const;
export type KnownBy = (typeof KNOWN_BY)[number];

export type Served = {
  readonly as: ServedAs;
  readonly reason: ServedReason;
  /** The cluster of the page that was served; with `individual`, the visitor's cluster. */
  readonly cluster?: string | undefined;
  /** The visitor's own cluster, when the page of an ancestor stood in for it. */
  readonly assigned?: string | undefined;
  /** The context that was asked for, when the page of another one stood in for it. */
  readonly standsInFor?: string | undefined;
  readonly generation?: number | undefined;
  /** Seconds since the page's content was built. */
  readonly ageS?: number | undefined;
  /** How the viewer was known, where the page was made for them alone; a stranger's page says nothing. */
  readonly viewer?: KnownBy | undefined;
};

/**
 * Cluster ids match `[a-z0-9._-]{1,64}`, so nothing needs escaping. A suspect gets the reason that everybody
 * over the threshold gets, because a scraper must not learn that it was noticed. The serving log has the true
 * reason.
 */
export function formatServed(served: Served): string {
  let header = `${served.as};reason=${served.reason === "suspect" ? "over-threshold" : served.reason}`;
  if (served.cluster !== undefined) header += `;cluster="${served.cluster}"`;
  if (served.assigned !== undefined && served.assigned !== served.cluster) {
    header += `;assigned="${served.assigned}"`;
  }
  if (served.standsInFor !== undefined) header += `;stands-in-for="${served.standsInFor}"`;
  if (served.generation !== undefined) header += `;generation=${served.generation}`;
  if (served.ageS !== undefined) header += `;age=${Math.max(0, Math.trunc(served.ageS))}`;
  if (served.viewer !== undefined) header += `;viewer="${served.viewer}"`;
  return header;
}

/** Parses what {@link formatServed} has written. Returns undefined for an unknown rung or reason. */
export function parseServed(header: string): Served | undefined {
  const [token, ...parameters] = header.split(";");
  const as = SERVED_AS.find((known) => known === token);
  const valueOf = (name: string): string | undefined =>
    parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
  const reason = SERVED_REASONS.find((known) => known === valueOf("reason"));
  if (as === undefined || reason === undefined) return undefined;
  const idOf = (name: string): string | undefined => /^"([a-z0-9._-]{1,64})"$/.exec(valueOf(name) ?? "")?.[1];
  const numberOf = (name: string): number | undefined => {
    const text = valueOf(name) ?? "";
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  };
  return {
    as,
    reason,
    cluster: idOf("cluster"),
    assigned: idOf("assigned"),
    standsInFor: idOf("stands-in-for"),
    generation: numberOf("generation"),
    ageS: numberOf("age"),
    viewer: KNOWN_BY.find((known) => known === idOf("viewer")),
  };
}
