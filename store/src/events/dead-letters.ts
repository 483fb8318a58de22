/**
 * Stores dead letters: the parts of messages that could not be stored as events, until a replay succeeds or
 * they are dropped.
 */
import { asc, count, eq, isNull } from "drizzle-orm";
import type { Database } from "../database.ts";
import type { DeadLetter } from "../operators/letter-store.ts";
import { deadLetters } from "../schema.ts";

/**
 * A letter whose id is stored already, replayed or not, stays as it is. Returns whether the letter is new.
 */
export function addLetter({ db }: Database, letter: DeadLetter): boolean {
  return db.insert(deadLetters).values(letter).onConflictDoNothing().run().changes === 1;
}

/**
 * Returns letters in the order of arrival. With `openOnly`, those that were replayed completely are left out.
 */
export function allLetters({ db }: Database, openOnly: boolean): DeadLetter[] {
  return db
    .select()
    .from(deadLetters)
    .where(openOnly ? isNull(deadLetters.replayedMs) : undefined)
    .orderBy(asc(deadLetters.receivedMs), asc(deadLetters.id))
    .all();
}

/** Counts the letters that were not replayed completely. */
export function countWaitingLetters({ db }: Database): number {
  const waiting = isNull(deadLetters.replayedMs);
  return db.select({ count: count() }).from(deadLetters).where(waiting).get()?.count ?? 0;
}

export function letterById({ db }: Database, id: string): DeadLetter | undefined {
  return db.select().from(deadLetters).where(eq(deadLetters.id, id)).get();
}

export function updateLetter({ db }: Database, id: string, change: Partial<Omit<DeadLetter, "id">>): void {
  db.update(deadLetters).set(change).where(eq(deadLetters.id, id)).run();
}

export function dropLetter({ db }: Database, id: string): boolean {
  return db.delete(deadLetters).where(eq(deadLetters.id, id)).run().changes === 1;
}
