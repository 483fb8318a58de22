/** Stores the editors' pins: the set in force in the document `pins`, and every set that ever was. */
import { desc, eq } from "drizzle-orm";
import { pinsSchema, type Pin } from "@spillway/shared/protocol/editorial.ts";
import { transact, type Database } from "../database.ts";
import { getDocument, putDocument, type Document } from "../documents.ts";
import { pinVersions } from "../schema.ts";
import type { DocumentVersion } from "./operator-store.ts";

const KEY = "pins";

/** Before the first write, the result is version 0 without pins. */
export function getPins(database: Database): Document<readonly Pin[]> {
  return (
    getDocument(database, KEY, (value) => pinsSchema.parse(value).pins) ?? {
      version: 0,
      value: [],
      updatedMs: 0,
    }
  );
}

/** Replaces all pins, and returns the new version. */
export function putPins(
  database: Database,
  pins: readonly Pin[],
  nowMs: number,
  { by, note }: { readonly by?: string | undefined; readonly note?: string | undefined } = {},
): number {
  return transact(database, () => {
    const version = putDocument(database, KEY, { pins }, nowMs);
    database.db
      .insert(pinVersions)
      .values({
        version,
        pins: JSON.stringify(pins),
        note: note ?? null,
        by: by ?? null,
        writtenMs: nowMs,
      })
      .run();
    return version;
  });
}

/** Sets of before the versions were kept are unknown. */
export function pinsByVersion(
  { db }: Database,
  version: number,
): DocumentVersion<readonly Pin[]> | undefined {
  const row = db.select().from(pinVersions).where(eq(pinVersions.version, version)).get();
  return row && fromRow(row);
}

/** Returns the newest `limit` sets, newest first. */
export function listPins({ db }: Database, limit: number): DocumentVersion<readonly Pin[]>[] {
  return db.select().from(pinVersions).orderBy(desc(pinVersions.version)).limit(limit).all().map(fromRow);
}

function fromRow(row: typeof pinVersions.$inferSelect): DocumentVersion<readonly Pin[]> {
  return {
    version: row.version,
    value: pinsSchema.parse({ pins: JSON.parse(row.pins) }).pins,
    note: row.note ?? undefined,
    by: row.by ?? undefined,
    writtenMs: row.writtenMs,
  };
}
