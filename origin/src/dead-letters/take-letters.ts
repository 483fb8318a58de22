/**
 * Stores the good events of dead letters, and keeps the rest: when they arrive, and again when an operator
 * replays them.
 */
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { addLetter, updateLetter, type DeadLetter } from "@spillway/store/events/dead-letters.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { sortLetter } from "./sort-letter.ts";

export type LettersTaken = {
  readonly inserted: number;
  readonly duplicates: number;
  /** Bad events, and letters that are no batch of events, which are kept and were not known before. */
  readonly kept: number;
};

/** All or nothing, durable when it returns; the same again, however it is grouped, changes nothing. */
export function takeLetters(
  database: Database,
  bodies: readonly unknown[],
  receivedMs: number,
): LettersTaken {
  return transact(database, () => {
    const sorted = bodies.map(sortLetter);
    const kept = sorted
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
    const events = sorted.flatMap(({ good }) => good);
    return { ...insertEvents(database, events, receivedMs), kept: kept.length };
  });
}

export type Replay = {
  readonly id: string;
  readonly inserted: number;
  readonly duplicates: number;
  /** Why it is still kept; undefined: it is not, and is marked as replayed. */
  readonly reason: string | undefined;
};

/**
 * Validates the letter again; what is good now is inserted by event id in the transaction that marks the
 * letter.
 */
export function replayLetter(database: Database, { id, body }: DeadLetter, nowMs: number): Replay {
  return transact(database, () => {
    const {
      good,
      bad: [still],
    } = sortLetter(JSON.parse(body));
    const stored = insertEvents(database, good, nowMs);
    updateLetter(
      database,
      id,
      still === undefined
        ? { body: JSON.stringify({ events: [] }), replayedMs: nowMs }
        : { reason: still.reason },
    );
    return { id, ...stored, reason: still?.reason };
  });
}
