/** Finds the suspects' profiles, which the list of hashes does not name: what is theirs is left out of what is learned. */
import type { UserHash } from "@spillway/shared/user-hash.ts";
import { transact, type Database } from "../store/database.ts";
import { perDatabase } from "../store/prepared.ts";
import { allSuspects, dropExpired, suspectsVersion } from "../store/suspects.ts";

/** How far this process has looked: profiles up to this rowid, for this version of the list. */
const progressOf = perDatabase(() => ({ version: -1, erasures: -1, rowid: 0 }));

/**
 * Before an audience is read. Looks at profiles that are new since the last time, or at all where the list has changed: a
 * second or two for a million. Without suspects it costs nothing.
 */
export function resolveSuspects(
  database: Database,
  hashUser: (user: string) => UserHash,
  nowMs: number,
): void {
  dropExpired(database, nowMs);
  const listed = new Set(allSuspects(database).map(({ hash }) => hash));
  if (listed.size === 0) return;
  const { sqlite } = database;
  const progress = progressOf(database);
  const version = suspectsVersion(database);
  const last = sqlite.prepare<[], number | null>("SELECT max(rowid) FROM profiles").pluck().get() ?? 0;
  // Rowids may be given again once profiles are erased.
  const erasures = sqlite.prepare<[], number>("SELECT count(*) FROM erasures").pluck().get() ?? 0;
  const isKnown = version === progress.version && erasures === progress.erasures && last >= progress.rowid;
  const from = isKnown ? progress.rowid : 0;
  const users = sqlite
    .prepare<[number], string>("SELECT user FROM profiles WHERE rowid > ? ORDER BY rowid")
    .pluck();
  const theirs: { user: string; hash: UserHash }[] = [];
  for (const user of users.iterate(from)) {
    const hash = hashUser(user);
    if (listed.has(hash)) theirs.push({ user, hash });
  }
  const assign = sqlite.prepare("UPDATE suspects SET user = ? WHERE hash = ?");
  transact(database, () => {
    for (const { user, hash } of theirs) assign.run(user, hash);
  });
  Object.assign(progress, { version, erasures, rowid: last });
}
