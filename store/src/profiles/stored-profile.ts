/** Converts between stored rows and profiles, and adds the events that no cycle has folded yet. */
import { foldEvents, NO_PROFILE, type FoldableEvent, type Profile } from "@spillway/model/profile/fold.ts";
import { packHistory, unpackHistory } from "@spillway/model/profile/history.ts";
import type { Database } from "../database.ts";
import { eventsOfUserAfter } from "../events/events.ts";
import { idsOf, linkedPersonOf } from "./links.ts";
import { parseSignals } from "./parse-signals.ts";
import { perDatabase } from "../prepared.ts";
import { profileOf, type ProfileRow } from "./profiles.ts";
import { foldCursor } from "../state.ts";

type StoredProfile = Pick<ProfileRow, "history" | "signals" | "visits" | "updatedMs">;

export function toProfile(row: StoredProfile | undefined): Profile {
  if (row === undefined) return NO_PROFILE;
  return {
    history: unpackHistory(row.history),
    signals: row.signals === null ? undefined : parseSignals(row.signals),
    visits: row.visits,
    updatedMs: row.updatedMs,
  };
}

export function toProfileRow(user: string, profile: Profile, source: ProfileRow["source"]): ProfileRow {
  return {
    user,
    history: packHistory(profile.history),
    signals: profile.signals === undefined ? null : JSON.stringify(profile.signals),
    visits: profile.visits,
    source,
    updatedMs: profile.updatedMs,
  };
}

/** What the fold needs besides the events. */
export type FoldContext = {
  /** Returns undefined for an item that the catalogue does not know. */
  readonly seqOfItem: (id: string) => number | undefined;
  /** It is added to the times of events: they are by the real clock, those of histories by the content's. */
  readonly clockOffsetMs: number;
};

export function toFoldable(
  event: Omit<FoldableEvent, "item"> & { readonly item: string },
  { seqOfItem, clockOffsetMs }: FoldContext,
): FoldableEvent {
  const { type, item, timeMs, progress, signals } = event;
  return { type, item: seqOfItem(item), timeMs: Math.max(0, timeMs + clockOffsetMs), progress, signals };
}

/** Returns the person's profile with the newest events of all its ids, as one consistent view. */
export function currentProfile(database: Database, user: string, context: FoldContext): Profile {
  const folded = selectFolded(database).get(user);
  if (folded !== undefined) return toProfile(folded);
  // A cycle may commit between two reads. Within one transaction, all reads see the state before it or the
  // state after it.
  return database.sqlite.transaction(() => {
    const person = linkedPersonOf(database, user) ?? user;
    const stored = toProfile(profileOf(database, person));
    const cursor = foldCursor(database);
    const newer = idsOf(database, person)
      .flatMap((id) => eventsOfUserAfter(database, id, cursor))
      .toSorted((a, b) => a.seq - b.seq);
    if (newer.length === 0) return stored;
    return foldEvents(
      stored,
      newer.map((event) => toFoldable(event, context)),
    );
  })();
}

/**
 * Selects the profile of a user who has no newer events and no linked visitors, as most have none. So they
 * need one statement instead of a transaction with three.
 */
const selectFolded = perDatabase(({ sqlite }) =>
  sqlite.prepare<[string], StoredProfile>(
    `SELECT history, signals, visits, updated_ms AS updatedMs FROM profiles WHERE user = ? AND NOT EXISTS
       (SELECT 1 FROM events WHERE events.user = profiles.user
          AND events.seq > ifnull((SELECT json ->> 'seq' FROM documents WHERE key = 'fold-cursor'), 0))
       AND NOT EXISTS (SELECT 1 FROM links WHERE links.user = profiles.user)`,
  ),
);
