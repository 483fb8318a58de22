/**
 * The contract of the dead letters, as operators see them. A letter is stored, and replayed, with the events
 * of its message: that is the events' own transaction (store/events).
 */
import type { NewAuditEntry } from "./audit-log.ts";

export type DeadLetter = {
  readonly id: string;
  readonly receivedMs: number;
  /** Why it could not be stored. */
  readonly reason: string;
  /** JSON of a bad event, or of a message that is no batch. */
  readonly body: string;
  /** Null: it waits. */
  readonly replayedMs: number | null;
};

export type LetterStore = {
  /** The oldest first. */
  readonly list: (waitingOnly: boolean) => Promise<readonly DeadLetter[]>;
  readonly byId: (id: string) => Promise<DeadLetter | undefined>;
  readonly countWaiting: () => Promise<number>;
  /** Deletes them for good, and returns the ids of those that there were. */
  readonly drop: (
    ids: readonly string[],
    audit?: (dropped: readonly string[]) => NewAuditEntry,
  ) => Promise<readonly string[]>;
};
