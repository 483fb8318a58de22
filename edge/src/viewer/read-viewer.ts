/**
 * The viewer cookie of a request → the viewer. A cookie of another owner, from before an erasure, without
 * consent or in no form that we write is none, and costs nothing. Pure.
 */
import { readViewerState, viewerStateBytes } from "@spillway/model/profile/viewer-state-codec.ts";
import type { CompiledErasures } from "@spillway/shared/protocol/erasures.ts";
import { COOKIE } from "@spillway/shared/protocol/wire.ts";
import { hasConsent, type Tailoring } from "@spillway/shared/routing/tailoring.ts";
import { readCookie, readLastCookie } from "@spillway/shared/signals/cookies.ts";
import { NO_VIEWER, NOTHING_READ, type ViewerReading } from "./viewer.ts";

/** Clocks of origin and edge differ by less. A state from the future would outlive an erasure. */
const MAX_AHEAD_MS = 10 * 60 * 1000;

export type ViewerSource = {
  readonly cookies: string | null;
  /**
   * Of the request's user or visitor. It is asked for where there is a cookie, since it takes microseconds.
   */
  readonly ownerTag: () => string;
  /** Undefined until routing has been read, which may forbid any history. */
  readonly tailoring: Tailoring | undefined;
  readonly erasures: CompiledErasures;
  readonly nowMs: number;
};

/** Why a cookie that was there says nothing. */
export type Unread = "otherOwner" | "erased" | "unconsented" | "unreadable";

export type ReadViewer = ViewerReading & { readonly unread?: Unread | undefined };

export function readViewer(source: ViewerSource): ReadViewer {
  const { cookies, tailoring, erasures, nowMs } = source;
  // One from before CROSS_SITE_COOKIES was set may still be there, and grows old.
  const text = readLastCookie(cookies, COOKIE.viewer);
  if (text === undefined || text === "" || tailoring === undefined) return NOTHING_READ;
  if (!hasConsent(tailoring, cookies)) return unread("unconsented");
  const read = readText(text, nowMs) ?? readText(readCookie(cookies, COOKIE.viewer), nowMs);
  if (read === undefined) return unread("unreadable");
  const { state, ownerTag } = read;
  // It may be its owner's again: whoever used this browser before may come back.
  if (ownerTag !== source.ownerTag()) return { ...NOTHING_READ, unread: "otherOwner" };
  if (erasures.voids(ownerTag, state.writtenMs)) return unread("erased");
  const { signals } = state;
  if (tailoring.cookie) {
    return { viewer: { kind: "known", state, carrier: "cookie" }, signals, forget: false };
  }
  const hasHistory = state.titles.items.length > 0 || state.hidden.length > 0;
  return { viewer: NO_VIEWER, signals, forget: hasHistory };
}

function readText(text: string | undefined, nowMs: number) {
  const bytes = text === undefined ? undefined : viewerStateBytes(text);
  const read = bytes === undefined ? undefined : readViewerState(bytes);
  return read === undefined || read.state.writtenMs > nowMs + MAX_AHEAD_MS ? undefined : read;
}

function unread(reason: Unread): ReadViewer {
  return { ...NOTHING_READ, forget: true, unread: reason };
}
