/** The audit log over SQLite. */
import { and, desc, eq, gte, inArray, like, lt, or } from "drizzle-orm";
import type { Database } from "../database.ts";
import { audit } from "../schema.ts";
import { queueWrite } from "../write-queue.ts";
import type { AuditEntry, AuditLog, AuditQuery, NewAuditEntry } from "./audit-log.ts";

/** A longer summary is replaced by its beginning: the log is for people, and versions have the documents. */
const MAX_JSON_CHARACTERS = 16_384;

/** So that nobody waits long for the write lock. */
const DROPPED_AT_ONCE = 1000;

export function sqliteAuditLog(database: Database): AuditLog {
  return {
    append: (entry) => queueWrite(() => appendAudit(database, entry)),
    list: async (query) => listAudit(database, query),
    drop: async (untilMs) => {
      let [dropped, last] = [0, DROPPED_AT_ONCE];
      while (last === DROPPED_AT_ONCE) {
        last = await queueWrite(() => dropSome(database, untilMs));
        dropped += last;
      }
      return dropped;
    },
  };
}

/** For a transaction that writes what the entry tells of. Returns the entry's `seq`. */
export function appendAudit({ db }: Database, entry: NewAuditEntry): number {
  const { note, before, after, address, ...rest } = entry;
  const row = db
    .insert(audit)
    .values({
      ...rest,
      address: address ?? null,
      note: note ?? null,
      before: toJson(before),
      after: toJson(after),
    })
    .returning({ seq: audit.seq })
    .get();
  return row.seq;
}

function dropSome({ db }: Database, untilMs: number): number {
  const old = db.select({ seq: audit.seq }).from(audit).where(lt(audit.atMs, untilMs)).limit(DROPPED_AT_ONCE);
  return db.delete(audit).where(inArray(audit.seq, old)).run().changes;
}

function toJson(value: unknown): string | null {
  if (value === undefined) return null;
  const json = JSON.stringify(value);
  return json.length <= MAX_JSON_CHARACTERS
    ? json
    : JSON.stringify({ cut: `${json.slice(0, MAX_JSON_CHARACTERS)}…` });
}

function listAudit({ db }: Database, query: AuditQuery): AuditEntry[] {
  const { sinceMs, untilMs, kind, by, beforeSeq, limit } = query;
  return db
    .select()
    .from(audit)
    .where(
      and(
        sinceMs === undefined ? undefined : gte(audit.atMs, sinceMs),
        untilMs === undefined ? undefined : lt(audit.atMs, untilMs),
        kind === undefined ? undefined : or(eq(audit.action, kind), like(audit.action, prefixOf(kind))),
        by === undefined ? undefined : eq(audit.by, by),
        beforeSeq === undefined ? undefined : lt(audit.seq, beforeSeq),
      ),
    )
    .orderBy(desc(audit.seq))
    .limit(limit)
    .all()
    .map(fromRow);
}

/** No action has a character that LIKE reads as any other; a kind that has one matches nothing. */
function prefixOf(kind: string): string {
  return /^[a-z0-9-]+$/.test(kind) ? `${kind}.%` : "";
}

function fromRow({ address, note, before, after, ...row }: typeof audit.$inferSelect): AuditEntry {
  return {
    ...row,
    address: address ?? undefined,
    ...(note !== null && { note }),
    ...(before !== null && { before: JSON.parse(before) as unknown }),
    ...(after !== null && { after: JSON.parse(after) as unknown }),
  };
}
