/**
 * A reply of the origin → the individual page in it. What goes on to the viewer is checked: the page is one
 * of the context that was asked for, and a header that is not in its known form is left out. Pure.
 */
import { checkPage } from "@spillway/shared/protocol/page.ts";
import { parseServed, type Served } from "@spillway/shared/protocol/served.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import { isEtag, matchesEtag } from "../recommend/etag.ts";
import type { OriginReply } from "./origin-call.ts";

/** The origin's page, and what it says about it. */
export type IndividualPage = {
  readonly kind: "individual";
  readonly status: 200 | 304;
  readonly body: Uint8Array;
  readonly served: Served;
  /** The content's clock, `Spillway-Now`. */
  readonly contentNow: string | null;
  readonly etag: string | null;
  readonly originMs: number | undefined;
  /** The viewer state that the origin has made, as text; it is checked when it is read. */
  readonly viewer: string | undefined;
};

type Reply = Extract<OriginReply, { kind: "reply" }>;
type Asked = { readonly context: string; readonly ifNoneMatch: string | null };

/** Undefined for a reply that a viewer cannot use. */
export function readIndividualPage(reply: Reply, asked: Asked): IndividualPage | undefined {
  const { status, headers, body, originMs } = reply;
  const served = headers.get(HEADER.served);
  const etag = inForm(headers.get("etag"), isEtag);
  const isUsable =
    status === 200
      ? holdsPage(reply, asked.context)
      : // Who has no page of this tag would see nothing.
        status === 304 && body.byteLength === 0 && matchesEtag(asked.ifNoneMatch, etag);
  if (served === null || !isUsable) return undefined;
  return {
    kind: "individual",
    status: status === 200 ? 200 : 304,
    body,
    // An origin of a newer version may say what this edge does not know; its page is good all the same.
    served: parseServed(served) ?? { as: "individual", reason: "admitted" },
    contentNow: inForm(headers.get(HEADER.now), isInstant),
    etag,
    originMs,
    viewer: headers.get(HEADER.viewer) ?? undefined,
  };
}

function holdsPage({ headers, body }: Reply, context: string): boolean {
  if (!/^application\/json *(;|$)/i.test(headers.get("content-type") ?? "")) return false;
  const page = checkPage(body);
  return page.ok && page.value.context === context;
}

function inForm(text: string | null, isSound: (text: string) => boolean): string | null {
  return text !== null && isSound(text) ? text : null;
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
