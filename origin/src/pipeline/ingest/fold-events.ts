/** Folds the events that came in since the last cycle into their users' profiles. */
import { foldEvents } from "@spillway/model/profile/fold.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { hasLinks, isBeforeLink, linkOf } from "@spillway/store/profiles/links.ts";
import { linkedRowOf, ownProfileOf, putOwnProfiles } from "@spillway/store/profiles/own-profiles.ts";
import { profileOf, putProfiles, type ProfileRow } from "@spillway/store/profiles/profiles.ts";
import { foldCursor, putFoldCursor } from "@spillway/store/state.ts";
import { unfoldedEvents, type UnfoldedEvent } from "@spillway/store/events/unfolded-events.ts";
import { arrivalAfter, NO_ARRIVAL, type Arrival } from "@spillway/store/profiles/arrival.ts";
import {
  toFoldable,
  toProfile,
  toProfileRow,
  type FoldContext,
} from "@spillway/store/profiles/stored-profile.ts";

const BATCH = 5000;

function arrivalOf(stored: ProfileRow | undefined, events: readonly UnfoldedEvent[]): Arrival {
  return arrivalAfter(stored && { ...NO_ARRIVAL, ...stored }, events);
}

/**
 * Returns how many events were folded. The cursor moves in the same transaction as the profiles, so that
 * every event is folded exactly once.
 */
export function foldNewEvents(database: Database, context: FoldContext, nowMs: number): number {
  let folded = 0;
  for (;;) {
    const count = transact(database, () => {
      const batch = unfoldedEvents(database, foldCursor(database), BATCH);
      const last = batch.at(-1);
      if (last === undefined) return 0;
      const byId = Map.groupBy(batch, ({ user }) => user);
      const brought: ProfileRow[] = [];
      const others: ProfileRow[] = [];
      const isAnyLinked = hasLinks(database);
      for (const [id, events] of byId) {
        const link = isAnyLinked ? linkOf(database, id) : undefined;
        const { before = [], after = [] } = Object.groupBy(events, (event) =>
          link !== undefined && isBeforeLink(link, event) ? "before" : "after",
        );
        if (before.length > 0) brought.push(withEvents(id, linkedRowOf(database, id), before, context));
        if (after.length > 0) {
          const stored = link === undefined ? ownProfileOf(database, id) : profileOf(database, id);
          // What a linked id does after its link is nobody's but its own.
          (link === undefined ? brought : others).push(withEvents(id, stored, after, context));
        }
      }
      putOwnProfiles(database, brought);
      putProfiles(database, others);
      putFoldCursor(database, last.seq, nowMs);
      return batch.length;
    });
    folded += count;
    if (count < BATCH) return folded;
  }
}

function withEvents(
  user: string,
  stored: ProfileRow | undefined,
  events: readonly UnfoldedEvent[],
  context: FoldContext,
): ProfileRow {
  const profile = foldEvents(
    toProfile(stored),
    events.map((event) => toFoldable(event, context)),
  );
  return toProfileRow(user, profile, stored?.source ?? "events", arrivalOf(stored, events));
}
