/** The viewer of a stored page: whom the cookie tells of, else whom the viewer map knows. */
import { afterOrigin } from "@spillway/model/profile/viewer-changes.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { VISITOR_ID } from "@spillway/shared/protocol/wire.ts";
import { hasConsent } from "@spillway/shared/routing/tailoring.ts";
import { ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import type { ViewerMap } from "../viewer/viewer-map.ts";
import type { Viewer } from "../viewer/viewer.ts";
import type { PlacedVisit } from "./placed-visit.ts";

/**
 * A promise only where KV is waited for, until `endsMs` at most. A cookie that was begun here and that the
 * origin has never filled holds no more than its viewer's last plays: they are added to what the map knows.
 */
export function viewerOf(map: ViewerMap, visit: PlacedVisit, endsMs: () => number): MaybePromise<Viewer> {
  const { viewer } = visit.viewerReading;
  const carried = viewer.kind === "known" ? viewer.state : undefined;
  if ((carried !== undefined && isFromOrigin(carried)) || !mayStandInMap(visit)) return viewer;
  const { userHash, state, requestContext } = visit;
  return andThen(map.find(userHash, requestContext, endsMs()), (found): Viewer => {
    if (found === undefined || state.erasures.voids(ownerTagOf(userHash), found.writtenMs)) return viewer;
    return { kind: "known", state: afterOrigin(found, carried), carrier: "map" };
  });
}

/** Plays without a time come with an import, and so from the origin. */
function isFromOrigin({ foldedMs, recent }: ViewerState): boolean {
  return foldedMs > 0 || recent.some(({ timeMs }) => timeMs === 0);
}

/**
 * Visitors with an id of ours keep cookies. Whose cookie must be forgotten has not agreed, or is erased, or
 * sends what is none.
 */
function mayStandInMap({ incoming, visitor, state, viewerReading }: PlacedVisit): boolean {
  const { tailoring } = state.routing;
  return (
    tailoring?.map === true &&
    state.packs !== undefined &&
    !viewerReading.forget &&
    !VISITOR_ID.test(visitor.user) &&
    hasConsent(tailoring, incoming.headers.get("cookie"))
  );
}
