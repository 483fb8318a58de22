/** Drafts of pins over SQLite. */
import { and, asc, desc, eq, lte, ne } from "drizzle-orm";
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { transact, type Database } from "../database.ts";
import { pinDrafts } from "../schema.ts";
import { queueWrite } from "../write-queue.ts";
import { appendAudit } from "./sqlite-audit.ts";
import type { Draft, DraftStore, NewDraft } from "./operator-store.ts";

const isWaiting = eq(pinDrafts.state, "waiting");

export function sqliteDrafts(database: Database): DraftStore {
  const { db } = database;
  const earliestFirst = [asc(pinDrafts.startMs), asc(pinDrafts.id)];
  return {
    add: (draft) => queueWrite(() => transact(database, () => add(database, draft))),
    byId: async (id) => {
      const row = db.select().from(pinDrafts).where(eq(pinDrafts.id, id)).get();
      return row && fromRow(row);
    },
    list: async (limit) => {
      const waiting = db
        .select()
        .from(pinDrafts)
        .where(isWaiting)
        .orderBy(...earliestFirst)
        .limit(limit)
        .all();
      const others = db
        .select()
        .from(pinDrafts)
        .where(ne(pinDrafts.state, "waiting"))
        .orderBy(desc(pinDrafts.id))
        .limit(limit - waiting.length)
        .all();
      return [...waiting, ...others].map(fromRow);
    },
    due: async (contentNowMs) =>
      db
        .select()
        .from(pinDrafts)
        .where(and(isWaiting, lte(pinDrafts.startMs, contentNowMs)))
        .orderBy(...earliestFirst)
        .all()
        .map(fromRow),
    settle: (id, state, outcome, audit) =>
      queueWrite(() =>
        transact(database, () => {
          const { changes } = db
            .update(pinDrafts)
            .set({ state, outcome: outcome ?? null })
            .where(and(eq(pinDrafts.id, id), isWaiting))
            .run();
          if (changes > 0 && audit !== undefined) appendAudit(database, audit);
          return changes > 0;
        }),
      ),
  };
}

function add(database: Database, { pins, startMs, baseVersion, note, by, nowMs, audit }: NewDraft): number {
  const { id } = database.db
    .insert(pinDrafts)
    .values({
      pins: JSON.stringify(pins),
      startMs,
      baseVersion,
      note: note ?? null,
      by,
      createdMs: nowMs,
      state: "waiting",
    })
    .returning({ id: pinDrafts.id })
    .get();
  if (audit !== undefined) appendAudit(database, audit(id));
  return id;
}

function fromRow(row: typeof pinDrafts.$inferSelect): Draft {
  return {
    ...row,
    pins: pinsSchema.parse({ pins: JSON.parse(row.pins) }).pins,
    note: row.note ?? undefined,
    outcome: row.outcome ?? undefined,
  };
}
