/** The operator store over SQLite: the queries stand in this folder, and its writes wait for the lock. */
import type { Database } from "../database.ts";
import type { OperatorStore } from "./operator-store.ts";
import { sqliteModeOverride } from "./mode-override.ts";
import { sqliteAuditLog } from "./sqlite-audit.ts";
import { sqliteDrafts } from "./sqlite-drafts.ts";
import { sqliteLetters } from "./sqlite-letters.ts";
import { sqlitePins, sqliteRouting } from "./sqlite-documents.ts";
import { sqliteNowHistory } from "./sqlite-now-history.ts";
import { sqliteSamples } from "./sqlite-samples.ts";
import { sqliteRollouts } from "./sqlite-rollouts.ts";
import { sqliteSessions } from "./sqlite-sessions.ts";
import { sqliteSuspects } from "./sqlite-suspects.ts";
import { sqliteTokens } from "./sqlite-tokens.ts";

export function sqliteOperatorStore(database: Database): OperatorStore {
  return {
    routing: sqliteRouting(database),
    rollouts: sqliteRollouts(database),
    pins: sqlitePins(database),
    modeOverride: sqliteModeOverride(database),
    drafts: sqliteDrafts(database),
    audit: sqliteAuditLog(database),
    tokens: sqliteTokens(database),
    sessions: sqliteSessions(database),
    samples: sqliteSamples(database),
    nowHistory: sqliteNowHistory(database),
    suspects: sqliteSuspects(database),
    deadLetters: sqliteLetters(database),
  };
}
