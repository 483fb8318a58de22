/**
 * Finds the ids of suspects, who are listed by hash. Nothing is learned from their profiles
 * (store/profiles/profile-ranges.ts).
 */
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { linkedVisitors } from "@spillway/store/profiles/links.ts";
import { perDatabase } from "@spillway/store/prepared.ts";
import { profileRowids } from "@spillway/store/profiles/profiles.ts";
import {
  dropExpired,
  resolveSuspect,
  suspectsVersion,
  unresolvedSuspects,
} from "@spillway/store/operators/suspects.ts";

/**
 * How far this process has looked: profiles up to this rowid, for this version of the list and this epoch of
 * rowids.
 */
const progressOf = perDatabase(() => ({ version: -1, epoch: -1, rowid: 0 }));

const selectUsers = perDatabase(({ sqlite }) =>
  sqlite.prepare<[number], string>("SELECT user FROM profiles WHERE rowid > ? ORDER BY rowid").pluck(),
);

/**
 * To be called before the audience is read. When the id of every suspect is known, nothing is hashed.
 * Otherwise it hashes the profiles that are new since the last call, or all profiles when the list has
 * changed (one or two seconds for a million), and all linked visitors, who have no profile rows.
 */
export function resolveSuspects(
  database: Database,
  hashUser: (user: string) => UserHash,
  nowMs: number,
): void {
  dropExpired(database, nowMs);
  const unresolved = unresolvedSuspects(database);
  if (unresolved.size === 0) return;
  const progress = progressOf(database);
  const version = suspectsVersion(database);
  const { last, epoch } = profileRowids(database);
  const isSame = version === progress.version && epoch === progress.epoch;
  const found = new Map<UserHash, string>();
  const check = (id: string): void => {
    const hash = hashUser(id);
    if (unresolved.has(hash)) found.set(hash, id);
  };
  for (const user of selectUsers(database).iterate(isSame ? progress.rowid : 0)) check(user);
  for (const visitor of linkedVisitors(database)) check(visitor);
  transact(database, () => {
    for (const [hash, id] of found) resolveSuspect(database, hash, id);
  });
  Object.assign(progress, { version, epoch, rowid: last });
}
