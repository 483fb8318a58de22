/** Stores the editors' pins, in the document `pins`. */
import { pinsSchema, type Pin } from "@spillway/shared/protocol/editorial.ts";
import type { Database } from "../database.ts";
import { getDocument, putDocument, type Document } from "../documents.ts";

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
export function putPins(database: Database, pins: readonly Pin[], nowMs: number): number {
  return putDocument(database, KEY, { pins }, nowMs);
}
