/** Converts between stored rows and profiles, and adds the events that no cycle has folded yet. */
import { foldEvents, NO_PROFILE, type FoldableEvent, type Profile } from "@spillway/model/profile/fold.ts";
import {
  profileColumns,
  unpackColumns,
  type ProfileColumns,
} from "@spillway/model/profile/history-columns.ts";
import { packHistory, unpackProfile } from "@spillway/model/profile/history.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import type { Database } from "../database.ts";
import { NO_ARRIVAL, type Arrival } from "./arrival.ts";
import { eventsOfUserAfter } from "../events/events.ts";
import { isBeforeLink, linkOf, linksOf } from "./links.ts";
import { parseSignals } from "./parse-signals.ts";
import { perDatabase } from "../prepared.ts";
import { profileOf, type ProfileRow } from "./profiles.ts";
import { foldCursor } from "../state.ts";

type StoredProfile = Pick<ProfileRow, "history" | "signals" | "visits" | "updatedMs">;

export function toProfile(row: StoredProfile | undefined): Profile {
  if (row === undefined) return NO_PROFILE;
  const { history, hidden } = unpackProfile(row.history);
  let signals: { readonly parsed: Signals | undefined } | undefined;
  return {
    history,
    hidden,
    // An individual answer does without them, and to parse them takes longer than to read all the rest.
    get signals() {
      return (signals ??= { parsed: row.signals === null ? undefined : parseSignals(row.signals) }).parsed;
    },
    visits: row.visits,
    updatedMs: row.updatedMs,
  };
}

export function toProfileRow(
  user: string,
  profile: Profile,
  source: ProfileRow["source"],
  arrival: Arrival = NO_ARRIVAL,
): ProfileRow {
  return {
    ...arrival,
    user,
    history: packHistory(profile.history, profile.hidden),
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

/**
 * Returns the profile of an id with its newest events, as one consistent view. A user's is that of the user
 * and of all visitors until their links. A linked visitor's knows nothing of the user's: it begins with the
 * link.
 */
export function currentProfile(database: Database, id: string, context: FoldContext): Profile {
  return currentColumns(database, id, context).whole();
}

/** The same in columns. */
export function currentColumns(database: Database, id: string, context: FoldContext): ProfileColumns {
  const folded = selectFolded(database).get(id);
  if (folded === undefined) return profileColumns(currentFold(database, id, context));
  const { history, hidden } = unpackColumns(folded.history);
  return { history, hidden, updatedMs: folded.updatedMs, whole: () => toProfile(folded) };
}

function currentFold(database: Database, id: string, context: FoldContext): Profile {
  // A cycle may commit between two reads. Within one transaction, all reads see the state before it or the
  // state after it.
  return database.sqlite.transaction(() => {
    const stored = toProfile(profileOf(database, id));
    const cursor = foldCursor(database);
    const link = linkOf(database, id);
    const own = eventsOfUserAfter(database, id, cursor).filter(
      (event) => link === undefined || !isBeforeLink(link, event),
    );
    const brought = linksOf(database, id).flatMap((visitors) =>
      eventsOfUserAfter(database, visitors.visitor, cursor).filter((event) => isBeforeLink(visitors, event)),
    );
    const newer = [...own, ...brought].toSorted((a, b) => a.seq - b.seq);
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
