/** The dead letters over SQLite. */
import { transact, type Database } from "../database.ts";
import { allLetters, countWaitingLetters, dropLetter, letterById } from "../events/dead-letters.ts";
import { queueWrite } from "../write-queue.ts";
import type { LetterStore } from "./letter-store.ts";
import { appendAudit } from "./sqlite-audit.ts";

export function sqliteLetters(database: Database): LetterStore {
  return {
    list: async (waitingOnly) => allLetters(database, waitingOnly),
    byId: async (id) => letterById(database, id),
    countWaiting: async () => countWaitingLetters(database),
    drop: (ids, audit) =>
      queueWrite(() =>
        transact(database, () => {
          const dropped = ids.filter((id) => dropLetter(database, id));
          if (dropped.length > 0 && audit !== undefined) appendAudit(database, audit(dropped));
          return dropped;
        }),
      ),
  };
}
