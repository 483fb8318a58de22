/** The list of suspects over SQLite. What stands in suspects.ts is for transactions that change more too. */
import { transact, type Database } from "../database.ts";
import { queueWrite } from "../write-queue.ts";
import { appendAudit } from "./sqlite-audit.ts";
import type { SuspectStore } from "./suspect-store.ts";
import { allSuspects, clearSuspects, replaceSuspects, suspectsVersion } from "./suspects.ts";

export function sqliteSuspects(database: Database): SuspectStore {
  return {
    list: async () => allSuspects(database),
    version: async () => suspectsVersion(database),
    replace: (list, nowMs) => queueWrite(() => replaceSuspects(database, list, nowMs)),
    clear: (hashes, nowMs, audit) =>
      queueWrite(() =>
        transact(database, () => {
          const listed = new Set(allSuspects(database).map(({ hash }) => hash));
          const cleared = [...new Set(hashes)].filter((hash) => listed.has(hash));
          clearSuspects(database, cleared, nowMs);
          if (cleared.length > 0 && audit !== undefined) appendAudit(database, audit(cleared));
          return cleared;
        }),
      ),
  };
}
