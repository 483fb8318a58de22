/** Finds the suspects' profiles, which the list of hashes does not name: what is theirs is left out of what is learned. */
import type { UserHash } from "@spillway/shared/user-hash.ts";
import { transact, type Database } from "../store/database.ts";
import { perDatabase } from "../store/prepared.ts";
import { allSuspects, dropExpired, suspectsVersion } from "../store/suspects.ts";

/** Of people with links each id has a profile of its own. */
const TABLES = ["profiles", "own_profiles"] as const;

/** How far this process has looked: rows up to these rowids, for this version of the list. */
const progressOf = perDatabase(() => ({ version: -1, erasures: -1, rowids: TABLES.map(() => 0) }));

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
  const erasures = sqlite.prepare<[], number>("SELECT count(*) FROM erasures").pluck().get() ?? 0;
  const isSame = version === progress.version && erasures === progress.erasures;
  const theirs: { user: string; hash: UserHash }[] = [];
  const rowids = TABLES.map((table, at) => {
    const last = sqlite.prepare<[], number | null>(`SELECT max(rowid) FROM ${table}`).pluck().get() ?? 0;
    const seen = progress.rowids[at] ?? 0;
    const users = sqlite
      .prepare<[number], string>(`SELECT user FROM ${table} WHERE rowid > ? ORDER BY rowid`)
      .pluck();
    // Rowids may be given again once rows have gone.
    for (const user of users.iterate(isSame && last >= seen ? seen : 0)) {
      const hash = hashUser(user);
      if (listed.has(hash)) theirs.push({ user, hash });
    }
    return last;
  });
  const assign = sqlite.prepare("UPDATE suspects SET user = ? WHERE hash = ?");
  transact(database, () => {
    for (const { user, hash } of theirs) assign.run(user, hash);
  });
  Object.assign(progress, { version, erasures, rowids });
}
