/**
 * What edge and origin tell each other in headers: the isolate's demand on each request, its credit on each
 * reply.
 */

/** The edge sends this to the origin with each forwarded request. */
export type DemandReport = {
  /** The id of the isolate, drawn when it starts. */
  readonly isolate: string;
  /**
   * Smoothed demand: how many requests a second could have gone to the origin, whether they were forwarded or
   * not.
   */
  readonly demandPerSec: number;
  /**
   * How many requests this one stands for: itself, and those that stayed at the edge since the last forward.
   */
  readonly arrivals: number;
  /**
   * True when the isolate's demand has collapsed since its last forward, so that its earlier reports no
   * longer hold.
   */
  readonly collapsed: boolean;
  /** The version of the routing that the isolate obeys; undefined from an older edge. */
  readonly version?: number | undefined;
  /** A rollout's candidate, while the isolate has some of its visitors obey that. */
  readonly candidate?: number | undefined;
};

/** The origin sends this to the edge with each reply, even with a 429. */
export type Credit =
  /**
   * The demand of the whole fleet is under the threshold: the isolate forwards everything that its window
   * allows.
   */
  | { readonly kind: "open" }
  /**
   * The isolate forwards at most `ratePerSec` until the lease ends. After that it asks again with one
   * request.
   */
  | { readonly kind: "share"; readonly ratePerSec: number; readonly leaseMs: number };

/** A report describes the present, so an older one is ignored. */
export const REPORT_MAX_AGE_MS = 10_000;
export const MAX_LEASE_MS = 10_000;

const MAX_ARRIVALS = 1e9;

/**
 * The value of `Spillway-Demand`, such as
 * `i5f3a-1;demand=12.5;arrivals=87;fell;version=12;candidate=13`: an RFC 9651 item, which is a token with
 * parameters.
 */
export function formatDemand({
  isolate,
  demandPerSec,
  arrivals,
  collapsed,
  version,
  candidate,
}: DemandReport): string {
  const said = [
    isolate,
    `demand=${demandPerSec.toFixed(3)}`,
    `arrivals=${arrivals}`,
    collapsed ? "fell" : [],
    version === undefined ? [] : `version=${version}`,
    candidate === undefined ? [] : `candidate=${candidate}`,
  ];
  return said.flat().join(";");
}

const DEMAND_FORM =
  /^([A-Za-z][A-Za-z0-9-]{0,63});demand=(\d{1,9}\.\d{1,3});arrivals=(\d{1,9})(;fell)?(?:;version=(\d{1,15}))?(?:;candidate=(\d{1,15}))?$/;

/** Returns undefined when there is no report, or when it has another form. */
export function parseDemand(text: string | null | undefined): DemandReport | undefined {
  const [, isolate, demand, arrivals, collapsed, version, candidate] = DEMAND_FORM.exec(text ?? "") ?? [];
  if (isolate === undefined) return undefined;
  return {
    isolate,
    demandPerSec: Number(demand),
    arrivals: Math.min(MAX_ARRIVALS, Math.max(1, Number(arrivals))),
    collapsed: collapsed !== undefined,
    ...(version !== undefined && { version: Number(version) }),
    ...(candidate !== undefined && { candidate: Number(candidate) }),
  };
}

/**
 * The value of `Spillway-Credit`: `open`, or `share;rate=0.525;lease=5714` with the lease in milliseconds.
 */
export function formatCredit(credit: Credit): string {
  return credit.kind === "open"
    ? "open"
    : `share;rate=${credit.ratePerSec.toFixed(3)};lease=${Math.round(credit.leaseMs)}`;
}

const SHARE_FORM = /^share;rate=(\d{1,9}\.\d{1,3});lease=(\d{1,6})$/;

export function parseCredit(text: string | null | undefined): Credit | undefined {
  if (text === "open") return { kind: "open" };
  const [, rate, lease] = SHARE_FORM.exec(text ?? "") ?? [];
  if (rate === undefined) return undefined;
  return { kind: "share", ratePerSec: Number(rate), leaseMs: Math.min(MAX_LEASE_MS, Number(lease)) };
}
