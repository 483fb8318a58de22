/**
 * What a viewer's cookie tells the origin along with a question, so that a play counts before its queue has
 * come.
 */
import { unseenPart } from "@spillway/model/profile/unseen-events.ts";
import { packViewerState, viewerStateText } from "@spillway/model/profile/viewer-state-codec.ts";
import { ownerTagOf, type UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { isCarried, type ViewerReading } from "./viewer.ts";

/** Undefined where the browser brought no state, or nothing that the origin may not know. */
export function unseenText(reading: ViewerReading, userHash: UserHash): string | undefined {
  const { viewer } = reading;
  if (viewer.kind === "none" || !isCarried(reading)) return undefined;
  const unseen = unseenPart(viewer.state);
  return unseen && viewerStateText(packViewerState(unseen, ownerTagOf(userHash)).bytes);
}
