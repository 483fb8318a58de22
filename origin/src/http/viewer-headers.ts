/**
 * What edge and origin tell each other of a user: our edge, what may still wait in a queue; the origin, with
 * an individual page, what is known. Others get the viewer cookie, as far as `[tailoring]` lets history
 * travel.
 */
import { viewerSetCookie } from "@spillway/shared/protocol/viewer-cookie.ts";
import { ownerTagOf, type UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import { hasConsent, type Tailoring } from "@spillway/shared/routing/tailoring.ts";
import { withoutHistory } from "@spillway/model/profile/viewer-changes.ts";
import {
  packViewerState,
  readViewerState,
  viewerStateBytes,
  viewerStateText,
} from "@spillway/model/profile/viewer-state-codec.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import type { Asked } from "./edge-request.ts";

export type ViewerHeadersDeps = {
  readonly hashUser: (user: string) => UserHash;
  readonly tailoring: () => Tailoring;
  readonly metrics: Pick<Metrics, "viewerTitlesDropped">;
};

/** The header fields that tell what is known of the user, to whom it may be told; none otherwise. */
export function viewerFields(
  { url, header, edge }: Asked,
  user: string,
  viewer: () => ViewerState,
  { hashUser, tailoring, metrics }: ViewerHeadersDeps,
): Readonly<Record<string, string>> {
  const allowed = tailoring();
  const isEdge = edge !== undefined;
  // Our edge has the visitor's cookies, and decides itself what of it the viewer's browser gets.
  if (!isEdge && !hasConsent(allowed, header("cookie"))) return NO_FIELDS;
  const state = allowed.cookie ? viewer() : withoutHistory(viewer());
  const { bytes, dropped } = packViewerState(state, ownerTagOf(hashUser(user)));
  metrics.viewerTitlesDropped.inc(dropped);
  const text = viewerStateText(bytes);
  // A cookie's header, to which proxies add their own, could not be signed.
  if (isEdge) return { [HEADER.viewer]: text };
  const secure = isOverHttps(url, header("x-forwarded-proto"));
  return { "Set-Cookie": viewerSetCookie(text, { secure }) };
}

const NO_FIELDS = {};

/**
 * What our edge says of the user that may still wait in a queue; undefined where it is about somebody else.
 */
export function readUnseen(
  text: string | undefined,
  user: string,
  hashUser: (user: string) => UserHash,
): ViewerState | undefined {
  const bytes = text === undefined ? undefined : viewerStateBytes(text);
  const read = bytes === undefined ? undefined : readViewerState(bytes);
  return read?.ownerTag === ownerTagOf(hashUser(user)) ? read?.state : undefined;
}

/** Behind a proxy that ends TLS it is the proxy that knows. */
function isOverHttps(url: string, forwardedProtocol: string | undefined): boolean {
  return url.startsWith("https:") || forwardedProtocol === "https";
}
