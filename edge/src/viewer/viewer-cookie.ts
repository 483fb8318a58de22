/** The viewer cookie: a viewer state, bound to its owner, as the browser holds it. Pure. */
import { packViewerState, viewerStateText } from "@spillway/model/profile/viewer-state-codec.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { viewerSetCookie } from "@spillway/shared/protocol/viewer-cookie.ts";
import { COOKIE } from "@spillway/shared/protocol/wire.ts";

/** As set-cookie.ts sends it. `dropped`: titles that had no room. */
export function viewerCookie(
  state: ViewerState,
  ownerTag: string,
): { readonly cookie: string; readonly dropped: number } {
  const { bytes, dropped } = packViewerState(state, ownerTag);
  return { cookie: viewerSetCookie(viewerStateText(bytes), { secure: false }), dropped };
}

/** Removes it. */
export const FORGOTTEN_VIEWER = `${COOKIE.viewer}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly`;
