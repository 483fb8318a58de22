/**
 * Stores the list of suspects, and whose ids their hashes are: for learning, which leaves them out, and for
 * transactions that change more than the list. Everybody else uses the operator store.
 */
import { asc, eq, lte } from "drizzle-orm";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { transact, type Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";
import { perDatabase } from "../prepared.ts";
import { suspects } from "../schema.ts";
import type { NewSuspect, StoredSuspect, SuspectChanges } from "./suspect-store.ts";

/** The document is empty; its version counts the changes of the list. */
const DOCUMENT = "suspects";

/** Replaces the list: whoever is not on the new one is no suspect any more. */
export function replaceSuspects(
  database: Database,
  list: readonly NewSuspect[],
  nowMs: number,
): SuspectChanges {
  const insert = database.sqlite.prepare(
    `INSERT INTO suspects (hash, user, why, listed_ms, expires_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET why = excluded.why, expires_ms = excluded.expires_ms`,
  );
  return transact(database, () => {
    const known = new Map(allSuspects(database).map((suspect) => [suspect.hash, suspect]));
    database.db.delete(suspects).run();
    for (const { hash, user, why, expiresMs } of list) {
      const before = known.get(hash);
      insert.run(hash, user ?? before?.user ?? null, why, before?.listedMs ?? nowMs, expiresMs);
    }
    putDocument(database, DOCUMENT, {}, nowMs);
    const listed = new Set(list.map(({ hash }) => hash));
    const renewed = listed.intersection(known).size;
    return { added: listed.size - renewed, renewed, cleared: known.size - renewed };
  });
}

/** Takes the hashes off the list, and returns how many of them were on it. */
export function clearSuspects(database: Database, hashes: readonly UserHash[], nowMs: number): number {
  return transact(database, () => {
    const cleared = hashes.filter(
      (hash) => database.db.delete(suspects).where(eq(suspects.hash, hash)).run().changes > 0,
    ).length;
    if (cleared > 0) putDocument(database, DOCUMENT, {}, nowMs);
    return cleared;
  });
}

/** Returns all suspects, the newest last. */
export function allSuspects({ db }: Database): StoredSuspect[] {
  return db.select().from(suspects).orderBy(asc(suspects.listedMs), asc(suspects.hash)).all();
}

const selectUnresolved = perDatabase(({ sqlite }) =>
  sqlite.prepare<[], UserHash>("SELECT hash FROM suspects WHERE user IS NULL").pluck(),
);

/** Returns the suspects of whom only the hash is known. */
export function unresolvedSuspects(database: Database): Set<UserHash> {
  return new Set(selectUnresolved(database).all());
}

const assignUser = perDatabase(({ sqlite }) =>
  sqlite.prepare<[user: string, hash: UserHash]>("UPDATE suspects SET user = ? WHERE hash = ?"),
);

export function resolveSuspect(database: Database, hash: UserHash, user: string): void {
  assignUser(database).run(user, hash);
}

/** Returns 0 before the first list. */
export function suspectsVersion(database: Database): number {
  return getDocument(database, DOCUMENT, () => undefined)?.version ?? 0;
}

export function dropExpired({ db }: Database, nowMs: number): void {
  db.delete(suspects).where(lte(suspects.expiresMs, nowMs)).run();
}
