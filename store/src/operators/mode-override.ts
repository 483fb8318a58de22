/** Stores the mode that an operator has forced for a while, in the document `mode-override`. */
import * as z from "zod/mini";
import { modeOverrideSchema } from "@spillway/shared/routing/mode-override.ts";
import { transact, type Database } from "../database.ts";
import { deleteDocument, getDocument, putDocument } from "../documents.ts";
import { queueWrite } from "../write-queue.ts";
import type { NewAuditEntry } from "./audit-log.ts";
import type { ModeOverrideStore, StoredModeOverride } from "./operator-store.ts";
import { appendAudit } from "./sqlite-audit.ts";

const KEY = "mode-override";
const schema = z.extend(modeOverrideSchema, { by: z.string(), setMs: z.int() });

export function sqliteModeOverride(database: Database): ModeOverrideStore {
  const write = (change: () => void, audit: NewAuditEntry | undefined): Promise<void> =>
    queueWrite(() =>
      transact(database, () => {
        change();
        if (audit !== undefined) appendAudit(database, audit);
      }),
    );
  return {
    current: async (nowMs) => currentModeOverride(database, nowMs),
    put: (override, audit) => write(() => void putDocument(database, KEY, override, override.setMs), audit),
    end: (audit) => write(() => deleteDocument(database, KEY), audit),
  };
}

/** For who starts, or looks beside an origin. Undefined where there is none, or where its time is over. */
export function currentModeOverride(database: Database, nowMs: number): StoredModeOverride | undefined {
  const stored = getDocument(database, KEY, (value) => schema.parse(value))?.value;
  return stored !== undefined && nowMs < stored.untilMs ? stored : undefined;
}
