/** Outcome → response and headers. Pure. */
import { formatServed, type ServedReason } from "@spillway/shared/served.ts";
import { HEADER } from "@spillway/shared/wire.ts";
import type { FoundPage } from "./found-page.ts";
import type { IndividualPage } from "./origin-client.ts";
import type { Refusal } from "./request-query.ts";
import { secured } from "./visitor.ts";

export type PageOutcome = {
  readonly kind: "page";
  readonly reason: ServedReason;
  readonly page: FoundPage;
  /** Id of the visitor's own cluster. */
  readonly assigned: string;
};

export type Outcome = IndividualPage | PageOutcome;

export type ResponseContext = {
  readonly ifNoneMatch: string | null;
  /** Cookies of the edge's own to set. */
  readonly newCookie: string | undefined;
  /** True when the request came over https. */
  readonly secure: boolean;
  readonly startedMs: number;
  readonly nowMs: number;
  /** What to add to the real clock to get the content's. */
  readonly clockOffsetMs: number;
};

export function toResponse(outcome: Outcome, context: ResponseContext): Response {
  const { served, etag, body } =
    outcome.kind === "individual" ? outcome : describePage(outcome, context.nowMs);
  const notModified =
    outcome.kind === "individual" ? outcome.status === 304 : matchesEtag(context.ifNoneMatch, etag);
  const contentNow = outcome.kind === "individual" ? outcome.contentNow : null;
  // A record, handed over as a whole: each call on a `Headers` object crosses from JavaScript to the platform and back.
  const response = new Response(notModified ? null : body, {
    status: notModified ? 304 : 200,
    headers: {
      [HEADER.served]: served,
      [HEADER.now]: contentNow ?? new Date(context.nowMs + context.clockOffsetMs).toISOString(),
      "cache-control": "private, no-cache",
      vary: "Cookie, Referer, User-Agent",
      "server-timing": timing(outcome, context),
      "x-content-type-options": "nosniff",
      ...(etag !== null && { etag }),
      ...(!notModified && { "content-type": "application/json; charset=utf-8" }),
    },
  });
  if (context.newCookie !== undefined) response.headers.append("set-cookie", context.newCookie);
  if (outcome.kind === "individual" && outcome.profileCookie !== undefined) {
    response.headers.append("set-cookie", secured(outcome.profileCookie, context.secure));
  }
  return response;
}

function describePage(
  { reason, page, assigned }: PageOutcome,
  nowMs: number,
): { served: string; etag: string; body: Uint8Array } {
  const { as, cluster, generation, builtAtMs, contentHash, body } = page;
  const served = formatServed({
    as,
    reason,
    assigned,
    ...(cluster !== undefined && { cluster }),
    ...(generation !== undefined && { generation }),
    ...(builtAtMs !== undefined && { ageS: (nowMs - builtAtMs) / 1000 }),
  });
  // Weak: the page's head names generation and time, which change while the content stays.
  return { served, etag: `W/"${contentHash}"`, body };
}

/** If-None-Match compares weakly (RFC 9110 §13.1.2). */
function matchesEtag(ifNoneMatch: string | null, etag: string | null): boolean {
  if (ifNoneMatch === null || etag === null) return false;
  return (
    ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((tag) => opaqueTag(tag) === opaqueTag(etag))
  );
}

function opaqueTag(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}

function timing(outcome: Outcome, { startedMs, nowMs }: ResponseContext): string {
  const edge = `edge;dur=${nowMs - startedMs}`;
  const origin = outcome.kind === "individual" ? outcome.serverTiming : null;
  return origin === null ? edge : `${edge}, ${origin}`;
}

/** A 4xx whose body names the parameter and what is wrong with it. */
export function refusalResponse({
  status,
  key,
  reason,
}: Pick<Refusal, "key" | "reason"> & { status: number }): Response {
  return Response.json(
    { error: { key, reason } },
    { status, headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" } },
  );
}
