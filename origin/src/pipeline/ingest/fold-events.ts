/** Folds the events that came in since the last cycle into their users' profiles. */
import { foldEvents } from "@spillway/model/profile/fold.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { ownProfileOf, putOwnProfiles } from "@spillway/store/profiles/own-profiles.ts";
import { foldCursor, putFoldCursor } from "@spillway/store/state.ts";
import { unfoldedEvents } from "@spillway/store/events/unfolded-events.ts";
import {
  toFoldable,
  toProfile,
  toProfileRow,
  type FoldContext,
} from "@spillway/store/profiles/stored-profile.ts";

const BATCH = 5000;

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
      const byUser = Map.groupBy(batch, ({ user }) => user);
      putOwnProfiles(
        database,
        byUser.entries().map(([user, events]) => {
          const stored = ownProfileOf(database, user);
          const profile = foldEvents(
            toProfile(stored),
            events.map((event) => toFoldable(event, context)),
          );
          return toProfileRow(user, profile, stored?.source ?? "events");
        }),
      );
      putFoldCursor(database, last.seq, nowMs);
      return batch.length;
    });
    folded += count;
    if (count < BATCH) return folded;
  }
}
