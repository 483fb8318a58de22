/** Exports or erases everything that is stored about a user and the user's visitors. */
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { ownerTagOf, type UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { erasePendingOf, pendingOf } from "../sample/pending-sample.ts";
import { eraseServingRecordsOf, servingRecordsOf, type KeptRecord } from "../serving-log/user-records.ts";
import type { ServingLog } from "../serving-log/serving-log.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import type { DeadLetter } from "@spillway/store/operators/letter-store.ts";
import { addErasures } from "@spillway/store/events/erasures.ts";
import { addViewerErasures } from "@spillway/store/events/viewer-erasures.ts";
import { deleteEventsOf, allEventsOf, type EventRow } from "@spillway/store/events/events-of-user.ts";
import { deleteLink, idsOf, linkOf, linksOf, type Link } from "@spillway/store/profiles/links.ts";
import { deleteProfilesOf, ownProfilesOf } from "@spillway/store/profiles/own-profiles.ts";
import { endWatchOver } from "@spillway/store/profiles/profile-moves.ts";
import { profileOf, type ProfileRow } from "@spillway/store/profiles/profiles.ts";
import type { StoredSuspect } from "@spillway/store/operators/suspect-store.ts";
import { allSuspects, clearSuspects } from "@spillway/store/operators/suspects.ts";
import { eraseLettersOf, lettersOf } from "./user-letters.ts";

export type UserStore = {
  readonly database: Database;
  /** It is undefined as long as nothing was logged. */
  readonly servingLog: Pick<ServingLog, "sqlite"> | undefined;
  readonly hashUser: (user: string) => UserHash;
};

export type UserData = {
  readonly links: readonly Link[];
  /** The person's merged profile. */
  readonly profile: ProfileRow | undefined;
  /** The own profiles of linked ids. */
  readonly ownProfiles: readonly ProfileRow[];
  readonly events: readonly EventRow[];
  readonly servingLog: readonly KeptRecord[];
  readonly suspects: readonly StoredSuspect[];
  readonly deadLetters: readonly DeadLetter[];
  /** Decision tuples that are not folded yet; of others nobody knows whose they were. */
  readonly sample: readonly DecisionTuple[];
};

export function readUserData({ database, servingLog, hashUser }: UserStore, user: string): UserData {
  const ids = idsOf(database, user);
  const hashes = ids.map(hashUser);
  // One transaction gives a consistent view, since the origin may write at the same time.
  const stored = database.sqlite.transaction(() => ({
    links: linksOf(database, user),
    profile: profileOf(database, user),
    ownProfiles: ownProfilesOf(database, user),
    events: allEventsOf(database, ids),
    suspects: allSuspects(database).filter(({ hash }) => hashes.includes(hash)),
    deadLetters: lettersOf(database, ids),
  }))();
  if (servingLog === undefined) return { ...stored, servingLog: [], sample: [] };
  return {
    ...stored,
    servingLog: servingRecordsOf(servingLog, hashes),
    sample: pendingOf(servingLog.sqlite, hashes),
  };
}

/** How many of each kind were erased. */
export type Erased = { readonly [Kind in keyof Omit<UserData, "profile" | "ownProfiles">]: number } & {
  readonly profiles: number;
};

/**
 * Erases in one transaction; the serving log, which is a file of its own, has another one. Events from before
 * `nowMs` that arrive later are not stored. A second call finds nothing. The caller must publish the
 * suspects and the erasures afterwards.
 */
export function eraseUserData(
  { database, servingLog, hashUser }: UserStore,
  user: string,
  nowMs: number,
): Erased {
  const ids = idsOf(database, user);
  const hashes = ids.map(hashUser);
  const files = [database, ...(servingLog === undefined ? [] : [servingLog])].map(({ sqlite }) => sqlite);
  const erased = transact(database, () => {
    endWatchOver(database, ids);
    const links = linksOf(database, user);
    for (const { visitor } of links) deleteLink(database, visitor);
    addErasures(database, ids, nowMs);
    const carriers = hashes.map((hash) => ({ ownerTag: ownerTagOf(hash), erasedMs: nowMs }));
    addViewerErasures(database, carriers, nowMs);
    return {
      links: links.length,
      profiles: deleteProfilesOf(database, ids),
      events: deleteEventsOf(database, ids),
      suspects: clearSuspects(database, hashes, nowMs),
      deadLetters: eraseLettersOf(database, ids),
    };
  });
  const records = servingLog === undefined ? 0 : eraseServingRecordsOf(servingLog, hashes);
  const sample = servingLog === undefined ? 0 : erasePendingOf(servingLog.sqlite, hashes);
  // The write-ahead log still has the data until it is truncated. When a reader prevents that, the origin's
  // later checkpoints do it.
  for (const sqlite of files) sqlite.pragma("wal_checkpoint(TRUNCATE)");
  return { ...erased, servingLog: records, sample };
}

/** Returns the user whose visitor `id` is; undefined when it is no linked visitor. */
export function userOfVisitor(database: Database, id: string): string | undefined {
  return linkOf(database, id)?.user;
}
