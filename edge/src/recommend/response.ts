/** Outcome → response and headers. Pure. */
import { asStandIn, type StandsInFor } from "@spillway/shared/protocol/page.ts";
import { formatServed, type Served, type ServedReason } from "@spillway/shared/protocol/served.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { FoundPage } from "../pages/found-page.ts";
import type { IndividualPage } from "../origin/individual-page.ts";
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
// Made once, since each field that is set crosses from JavaScript to the platform.
const COMMON = new Headers(COMMON_FIELDS);
const COMMON_WITH_BODY = new Headers({ ...COMMON_FIELDS, "content-type": "application/json; charset=utf-8" });

export function toResponse(outcome: Outcome, context: ResponseContext): Response {
  const { served, etag, body } =
    outcome.kind === "individual" ? outcome : describePage(outcome, context.nowMs);
  const notModified =
    outcome.kind === "individual" ? outcome.status === 304 : matchesEtag(context.ifNoneMatch, etag);
  const contentNow = outcome.kind === "individual" ? outcome.contentNow : null;
  const response = notModified
    ? new Response(null, { status: 304, headers: COMMON })
    : new Response(body, { headers: COMMON_WITH_BODY });
  const { headers } = response;
  headers.set(HEADER.served, formatServed(served));
  headers.set(HEADER.now, contentNow ?? new Date(context.nowMs + context.clockOffsetMs).toISOString());
  headers.set("server-timing", timing(outcome, context));
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
