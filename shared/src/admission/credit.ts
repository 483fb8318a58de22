/** What edge and origin tell each other in band: the isolate's demand on each request, its credit on each reply. */

/** Edge → origin, with each forwarded request. */
export type DemandReport = {
  /** Of the isolate, drawn when it starts. */
  readonly isolate: string;
  /** Smoothed demand of the isolate: requests a second that could have gone to the origin, forwarded or not. */
  readonly demandPerSec: number;
  /** How many requests this one stands for: itself, and those since the last forward that stayed at the edge. */
  readonly arrivals: number;
  /** True when the isolate's demand has collapsed since its last forward: its old figures are no longer true. */
  readonly fell: boolean;
};

/** Origin → edge, with each reply, a 429 too. */
export type Credit =
  /** The whole fleet's demand is under the threshold: forward everything, as far as the window allows. */
  | { readonly kind: "open" }
  /** Forward at most `ratePerSec`, until the lease ends; after that ask with one request. */
  | { readonly kind: "share"; readonly ratePerSec: number; readonly leaseMs: number };

/** A report is about the present; an older one is ignored. */
export const REPORT_MAX_AGE_MS = 10_000;
export const MAX_LEASE_MS = 10_000;

const MAX_ARRIVALS = 1e9;

/** `Spillway-Demand: 5f3a….;demand=12.5;arrivals=87;fell` is an RFC 9651 item: a token with parameters. */
export function formatDemand({ isolate, demandPerSec, arrivals, fell }: DemandReport): string {
  return `${isolate};demand=${demandPerSec.toFixed(3)};arrivals=${arrivals}${fell ? ";fell" : ""}`;
}

const DEMAND_FORM = /^([A-Za-z][A-Za-z0-9-]{0,63});demand=(\d{1,9}\.\d{1,3});arrivals=(\d{1,9})(;fell)?$/;

/** Undefined where there is no report, or none of this form. */
export function parseDemand(text: string | null | undefined): DemandReport | undefined {
  const [, isolate, demand, arrivals, fell] = DEMAND_FORM.exec(text ?? "") ?? [];
  if (isolate === undefined) return undefined;
  return {
    isolate,
    demandPerSec: Number(demand),
    arrivals: Math.min(MAX_ARRIVALS, Math.max(1, Number(arrivals))),
    fell: fell !== undefined,
  };
}

/** `Spillway-Credit: open` or `share;rate=0.525;lease=5714`. */
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
