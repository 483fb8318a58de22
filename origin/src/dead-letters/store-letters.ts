/**
 * Stores the valid events of dead letters, and keeps the rest. It runs when letters arrive and when an
 * operator replays one.
 */
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { addLetter, updateLetter } from "@spillway/store/events/dead-letters.ts";
import type { DeadLetter } from "@spillway/store/operators/letter-store.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { validateLetter } from "./validate-letter.ts";

export type StoredLetters = {
  readonly inserted: number;
  readonly duplicates: number;
  /** How many letters were stored that were not known before. */
  readonly kept: number;
};

/**
 * Stores all or nothing, durably when it returns. The same events again, in whatever grouping, change
 * nothing.
 */
export function storeLetters(
  database: Database,
  bodies: readonly unknown[],
  receivedMs: number,
): StoredLetters {
  return transact(database, () => {
    const letters = bodies.map(validateLetter);
    const kept = letters
      .flatMap(({ bad }) => bad)
      .filter(({ body, reason }) => {
        const text = JSON.stringify(body);
        return addLetter(database, {
          id: contentHash(text),
          receivedMs,
          reason,
          body: text,
          replayedMs: null,
        });
      });
    const events = letters.flatMap(({ valid }) => valid);
    return { ...insertEvents(database, events, receivedMs), kept: kept.length };
  });
}

export type Replay = {
  readonly id: string;
  readonly inserted: number;
  readonly duplicates: number;
  /** Why the letter is still bad; undefined when it was stored and is marked as replayed. */
  readonly reason: string | undefined;
};

/**
 * Validates the letter again. Valid events are inserted in the transaction that marks the letter as replayed.
 */
export function replayLetter(database: Database, { id, body }: DeadLetter, nowMs: number): Replay {
  return transact(database, () => {
    const {
      valid,
      bad: [stillBad],
    } = validateLetter(JSON.parse(body));
    const stored = insertEvents(database, valid, nowMs);
    updateLetter(
      database,
      id,
      stillBad === undefined
        ? { body: JSON.stringify({ events: [] }), replayedMs: nowMs }
        : { reason: stillBad.reason },
    );
    return { id, ...stored, reason: stillBad?.reason };
  });
}
