/** Whose events a post holds, and what of them changes a viewer's state. Pure. */
import type { FoldableEvent } from "@spillway/model/profile/fold.ts";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";

export type PostedEvent = Pick<StoredEvent, "user" | "type" | "item" | "timeMs" | "progress">;

/**
 * The request's own user, whose cookie the answer may set. `named` is who the token or the address says;
 * without it, a batch that is all about one user is that one's own, as a device without cookies posts it.
 */
export function ownUserOf(
  events: readonly PostedEvent[],
  named: string | undefined,
  visitor: string,
): string {
  if (named !== undefined) return named;
  const [first] = events;
  return first !== undefined && events.every(({ user }) => user === first.user) ? first.user : visitor;
}

/** The events of `user` that say something about them. An impression does not. */
export function tellingEvents(events: readonly PostedEvent[], user: string): readonly PostedEvent[] {
  return events.filter((event) => event.user === user && event.type !== "impression");
}

/** Events of items that `seqOf` does not know are left out. */
export function foldableEvents(
  events: readonly PostedEvent[],
  seqOf: (id: string) => number | undefined,
): readonly FoldableEvent[] {
  return events.flatMap(({ type, item, timeMs, progress }) => {
    const seq = seqOf(item);
    return seq === undefined ? [] : [{ type, item: seq, timeMs, progress }];
  });
}
