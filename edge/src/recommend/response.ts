/** Outcome → response and headers. */
import { asStandIn, type StandsInFor } from "@spillway/shared/protocol/page.ts";
import { formatServed, type Served, type ServedReason } from "@spillway/shared/protocol/served.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { FoundPage } from "../pages/found-page.ts";
import type { IndividualPage } from "../origin/individual-page.ts";
import { isoTime } from "../iso-time.ts";
import { appendCookies, type CookieSite } from "../set-cookie.ts";
import { matchesEtag } from "./etag.ts";
import { sharedHeaders } from "./shared-headers.ts";

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
  /** Cookies of the edge's own, where they are to be written: how the visit began, which many share, … */
  readonly entryCookie: string | undefined;
  /** … and those that are this visitor's alone. */
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
const SECOND_MS = 1000;
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
  if (outcome.kind === "page") {
    const shared = sharedResponse(outcome, context);
    if (shared !== undefined) return shared;
  }
  const described = outcome.kind === "individual" ? outcome : describePage(outcome, context);
  const notModified =
    outcome.kind === "individual" ? outcome.status === 304 : matchesEtag(context.ifNoneMatch, described.etag);
  const response = notModified
    ? new Response(null, { status: 304, headers: PREPARED })
    : new Response(described.body, { headers: PREPARED_WITH_BODY });
  const { headers } = response;
  setFields(headers, described, context);
  const taken = timing(outcome, context);
  if (taken !== NO_TIME) headers.set("server-timing", taken);
  appendCookies(headers, context.cookies, context.cookieSite);
  return response;
}

/** A page whose fields others have had in this second. A tailored one is its viewer's alone. */
function sharedResponse(outcome: PageOutcome, context: ResponseContext): Response | undefined {
  const { reason, page, assigned, standsInFor } = outcome;
  const { ifNoneMatch, entryCookie, cookies, cookieSite, startedMs, nowMs } = context;
  const isShared =
    page.viewer === undefined && standsInFor === undefined && ifNoneMatch === null && nowMs === startedMs;
  if (!isShared) return undefined;
  const { as, body } = page;
  const second = contentSecond(context);
  const ageS = ageOf(page, nowMs);
  const headers = sharedHeaders(
    body,
    { second, ageS, reason, as, assigned, entryCookie, secure: cookieSite.secure },
    () => {
      const made = new Headers(PREPARED_WITH_BODY);
      setFields(made, describePage(outcome, context), context);
      return made;
    },
  );
  if (headers === undefined) return undefined;
  const response = new Response(body, { headers });
  // The headers of a response are handed to JavaScript where something is to be added.
  if (cookies.some((cookie) => cookie !== undefined)) appendCookies(response.headers, cookies, cookieSite);
  return response;
}

type Described = {
  readonly served: Served;
  readonly etag: string | null;
  readonly contentNow: string | null;
  readonly body: Uint8Array;
};

function setFields(
  headers: Headers,
  { served, etag, contentNow }: Described,
  { entryCookie, cookieSite, nowMs, clockOffsetMs }: ResponseContext,
): void {
  headers.set(HEADER.served, formatServed(served));
  headers.set(HEADER.now, contentNow ?? isoTime(nowMs + clockOffsetMs));
  if (etag !== null) headers.set("etag", etag);
  appendCookies(headers, [entryCookie], cookieSite);
}

function describePage(outcome: PageOutcome, context: ResponseContext): Described {
  const { reason, page, assigned, standsInFor } = outcome;
  const { as, cluster, generation, contentHash, body, viewer } = page;
  const ageS = ageOf(page, context.nowMs);
  const asked = standsInFor?.context;
  return {
    served: { as, reason, assigned, cluster, standsInFor: asked, generation, ageS, viewer },
    // Weak: the page's head names generation and time, which change while the content stays.
    etag: `W/"${contentHash}"`,
    contentNow: isoTime(contentSecond(context) * SECOND_MS),
    body: standsInFor === undefined ? body : asStandIn(body, standsInFor),
  };
}

/** In whole seconds, of which the responses with one page share a text. */
function contentSecond({ nowMs, clockOffsetMs }: ResponseContext): number {
  return Math.floor((nowMs + clockOffsetMs) / SECOND_MS);
}

function ageOf({ builtAtMs }: FoundPage, nowMs: number): number | undefined {
  return builtAtMs === undefined ? undefined : Math.trunc((nowMs - builtAtMs) / SECOND_MS);
}

function timing(outcome: Outcome, { startedMs, nowMs }: ResponseContext): string {
  const edge = `edge;dur=${nowMs - startedMs}`;
  const originMs = outcome.kind === "individual" ? outcome.originMs : undefined;
  return originMs === undefined ? edge : `${edge}, origin;dur=${originMs}`;
}
