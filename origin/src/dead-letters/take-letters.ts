/** Stores the good events of dead letters, and keeps the rest: when they arrive, and again when an operator replays them. */
import { contentHash } from "../content-hash.ts";
import { transact, type Database } from "../store/database.ts";
import { addLetter, updateLetter, type DeadLetter } from "../store/dead-letters.ts";
import { insertEvents } from "../store/events.ts";
import { sortLetter } from "./sort-letter.ts";

export type LettersTaken = {
  readonly inserted: number;
  readonly duplicates: number;
  /** Letters that are kept, and were not known before. */
  readonly kept: number;
};

/** All or nothing, durable when it returns; the same letter again changes nothing. */
export function takeLetters(
  database: Database,
  bodies: readonly unknown[],
  receivedMs: number,
): LettersTaken {
  return transact(database, () => {
    const letters = bodies.map((body) => ({ id: contentHash(JSON.stringify(body)), ...sortLetter(body) }));
    const events = letters.flatMap(({ good }) => good);
    const kept = letters.filter(
      ({ id, rest }) =>
        rest !== undefined &&
        addLetter(database, {
          id,
          receivedMs,
          reason: rest.reason,
          body: JSON.stringify(rest.body),
          replayedMs: null,
        }),
    );
    return { ...insertEvents(database, events, receivedMs), kept: kept.length };
  });
}

export type Replay = {
  readonly id: string;
  readonly inserted: number;
  readonly duplicates: number;
  /** Why something of it is still kept; undefined: nothing is, and the letter is marked as replayed. */
  readonly reason: string | undefined;
};

/** Validates the letter again; what is good now is inserted by event id in the transaction that marks the letter. */
export function replayLetter(database: Database, { id, body }: DeadLetter, nowMs: number): Replay {
  return transact(database, () => {
    const { good, rest } = sortLetter(JSON.parse(body));
    const stored = insertEvents(database, good, nowMs);
    updateLetter(
      database,
      id,
      rest === undefined
        ? { body: JSON.stringify({ events: [] }), replayedMs: nowMs }
        : { body: JSON.stringify(rest.body), reason: rest.reason },
    );
    return { id, ...stored, reason: rest?.reason };
  });
}
