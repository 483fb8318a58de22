/**
 * Remembers whose viewer states are void, for the document `erasures` in KV, as long as a browser may keep
 * its cookie. Only the owner tags are stored.
 */
import * as z from "zod/mini";
import {
  ERASURE_DAYS,
  MAX_ERASURES,
  packErasures,
  type Erasure,
  type ErasuresDocument,
} from "@spillway/shared/protocol/erasures.ts";
import { transact, type Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";

const KEY = "viewer-erasures";
const DAY_MS = 24 * 3600 * 1000;

/** Owner tag → time in milliseconds. */
const storedSchema = z.record(z.string(), z.number());

/** Of an owner who was erased before, the later time counts. */
export function addViewerErasures(database: Database, erasures: readonly Erasure[], nowMs: number): void {
  if (erasures.length === 0) return;
  transact(database, () => {
    const all = new Map(kept(database, nowMs).map(({ ownerTag, erasedMs }) => [ownerTag, erasedMs]));
    for (const { ownerTag, erasedMs } of erasures) {
      all.set(ownerTag, Math.max(erasedMs, all.get(ownerTag) ?? 0));
    }
    // One more than is published says up to which time everybody's are void.
    const newest = [...all].toSorted(([, a], [, b]) => b - a).slice(0, MAX_ERASURES + 1);
    putDocument(database, KEY, Object.fromEntries(newest), nowMs);
  });
}

/** Undefined before the first erasure. */
export function erasuresDocument(database: Database, nowMs: number): ErasuresDocument | undefined {
  const version = getDocument(database, KEY, () => undefined)?.version;
  return version === undefined ? undefined : packErasures(version, kept(database, nowMs));
}

/** Returns owner tag → from when on a state that is written now is valid: after the last erasure, in ms. */
export function voidedSince(database: Database, nowMs: number): (ownerTag: string) => number {
  const { allBefore = 0, erased } = erasuresDocument(database, nowMs) ?? { erased: [] };
  const erasedS = new Map(erased);
  return (ownerTag) => {
    const lastS = Math.max(allBefore, erasedS.get(ownerTag) ?? 0);
    return lastS === 0 ? 0 : (lastS + 1) * 1000;
  };
}

/** Those of the JSON text that a replaced store has under {@link VIEWER_ERASURES}. */
export function parseViewerErasures(json: string): readonly Erasure[] {
  return toErasures(storedSchema.parse(JSON.parse(json)));
}

/** The document's key in the store. */
export const VIEWER_ERASURES = KEY;

function kept(database: Database, nowMs: number): readonly Erasure[] {
  const stored = getDocument(database, KEY, (value) => storedSchema.parse(value))?.value ?? {};
  return toErasures(stored).filter(({ erasedMs }) => erasedMs > nowMs - ERASURE_DAYS * DAY_MS);
}

function toErasures(stored: Readonly<Record<string, number>>): readonly Erasure[] {
  return Object.entries(stored).map(([ownerTag, erasedMs]) => ({ ownerTag, erasedMs }));
}
