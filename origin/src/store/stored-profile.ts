/** A profile as it is stored ↔ as it is used, and with the events that no cycle has folded yet. */
import { foldEvents, NO_PROFILE, type FoldableEvent, type Profile } from "../profile/fold.ts";
import { packHistory, unpackHistory } from "../profile/history.ts";
import type { Database } from "./database.ts";
import { eventsOfUserAfter, type ArrivedEvent } from "./events.ts";
import { parseSignals } from "./parse-signals.ts";
import { profileOf, type ProfileRow } from "./profiles.ts";
import { foldCursor } from "./state.ts";

export function toProfile(row: ProfileRow | undefined): Profile {
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

/** What the fold needs beside the events. */
export type FoldContext = {
  readonly seqOfItem: (id: string) => number | undefined;
  /** Events carry real time, histories the content's. */
  readonly clockOffsetMs: number;
};

export function toFoldable(event: ArrivedEvent, { seqOfItem, clockOffsetMs }: FoldContext): FoldableEvent {
  const { type, item, timeMs, progress, signals } = event;
  return { type, item: seqOfItem(item), timeMs: Math.max(0, timeMs + clockOffsetMs), progress, signals };
}

/** The profile as of now: what was folded, and on top the user's newer events. One moment's view of both. */
export function currentProfile(database: Database, user: string, context: FoldContext): Profile {
  // A cycle may commit between two reads: one transaction sees either all of it or nothing.
  return database.sqlite.transaction(() => {
    const stored = toProfile(profileOf(database, user));
    const newer = eventsOfUserAfter(database, user, foldCursor(database));
    if (newer.length === 0) return stored;
    return foldEvents(
      stored,
      newer.map((event) => toFoldable(event, context)),
    );
  })();
}
