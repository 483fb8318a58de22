/** Outcome → response and headers. Pure. */
import { asStandIn, type StandsInFor } from "@spillway/shared/protocol/page.ts";
import { formatServed, type Served, type ServedReason } from "@spillway/shared/protocol/served.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { FoundPage } from "../pages/found-page.ts";
import type { IndividualPage } from "../origin/individual-page.ts";
import { isoTime } from "../iso-time.ts";
import { appendCookies, type CookieSite } from "../set-cookie.ts";
import { matchesEtag } from "./etag.ts";

export type PageOutcome = {
  readonly kind: "page";
  readonly reason: ServedReason;
  readonly page: FoundPage;
  /** Id of the visitor's own cluster. */
  readonly assigned: string;
  /** What was asked for, where the page is another context's. */
  readonly standsInFor?: StandsInFor | undefined;
};

export type Outcome = IndividualPage | PageOutcome;

export type ResponseContext = {
  readonly ifNoneMatch: string | null;
  /** Cookies of the edge's own, where they are to be written. */
  readonly cookies: readonly (string | undefined)[];
  readonly cookieSite: CookieSite;
  readonly startedMs: number;
  readonly nowMs: number;
  /** What to add to the real clock to get the content's. */
  readonly clockOffsetMs: number;
};

/** Every page has these, on every rung. */
export const COMMON_FIELDS = {
  "cache-control": "private, no-cache",
  vary: "Cookie, Referer, User-Agent",
  "x-content-type-options": "nosniff",
};
/** Clocks stand still between I/O, so what is answered from memory has taken no time. */
const NO_TIME = "edge;dur=0";
const PREPARED_FIELDS = { ...COMMON_FIELDS, "server-timing": NO_TIME };
// Made once, since each field that is set crosses from JavaScript to the platform.
const PREPARED = new Headers(PREPARED_FIELDS);
const PREPARED_WITH_BODY = new Headers({
  ...PREPARED_FIELDS,
  "content-type": "application/json; charset=utf-8",
});

export function toResponse(outcome: Outcome, context: ResponseContext): Response {
  const { served, etag, body } =
    outcome.kind === "individual" ? outcome : describePage(outcome, context.nowMs);
  const notModified =
    outcome.kind === "individual" ? outcome.status === 304 : matchesEtag(context.ifNoneMatch, etag);
  const contentNow = outcome.kind === "individual" ? outcome.contentNow : null;
  const response = notModified
    ? new Response(null, { status: 304, headers: PREPARED })
    : new Response(body, { headers: PREPARED_WITH_BODY });
  const { headers } = response;
  headers.set(HEADER.served, formatServed(served));
  headers.set(HEADER.now, contentNow ?? isoTime(context.nowMs + context.clockOffsetMs));
  const taken = timing(outcome, context);
  if (taken !== NO_TIME) headers.set("server-timing", taken);
  if (etag !== null) headers.set("etag", etag);
  appendCookies(headers, context.cookies, context.cookieSite);
  return response;
}

function describePage(
  { reason, page, assigned, standsInFor }: PageOutcome,
  nowMs: number,
): { served: Served; etag: string; body: Uint8Array } {
  const { as, cluster, generation, builtAtMs, contentHash, body, viewer } = page;
  const ageS = builtAtMs === undefined ? undefined : (nowMs - builtAtMs) / 1000;
  const asked = standsInFor?.context;
  const served = { as, reason, assigned, cluster, standsInFor: asked, generation, ageS, viewer };
  // Weak: the page's head names generation and time, which change while the content stays.
  const etag = `W/"${contentHash}"`;
  return { served, etag, body: standsInFor === undefined ? body : asStandIn(body, standsInFor) };
}

function timing(outcome: Outcome, { startedMs, nowMs }: ResponseContext): string {
  const edge = `edge;dur=${nowMs - startedMs}`;
  const originMs = outcome.kind === "individual" ? outcome.originMs : undefined;
  return originMs === undefined ? edge : `${edge}, origin;dur=${originMs}`;
}
