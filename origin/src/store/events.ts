/** Interaction events as they arrived. */
import { and, asc, desc, eq, gt, max, ne, sql } from "drizzle-orm";
import type { EventType, StoredEvent } from "@spillway/shared/events.ts";
import type { ServedAs } from "@spillway/shared/served.ts";
import type { Signals } from "@spillway/shared/signals.ts";
import { transact, type Database } from "./database.ts";
import { perDatabase } from "./prepared.ts";
import { events } from "./schema.ts";

/** `seq` grows with arrival: a reader that remembers it misses nothing. */
export type ArrivedEvent = StoredEvent & { readonly seq: number; readonly receivedMs: number };

const insert = perDatabase(({ db }) =>
  db
    .insert(events)
    .values({
      id: sql.placeholder("id"),
      user: sql.placeholder("user"),
      type: sql.placeholder("type"),
      item: sql.placeholder("item"),
      timeMs: sql.placeholder("timeMs"),
      receivedMs: sql.placeholder("receivedMs"),
      servedAs: sql.placeholder("servedAs"),
      cluster: sql.placeholder("cluster"),
      generation: sql.placeholder("generation"),
      context: sql.placeholder("context"),
      carousel: sql.placeholder("carousel"),
      position: sql.placeholder("position"),
      progress: sql.placeholder("progress"),
      signals: sql.placeholder("signals"),
    })
    .prepare(),
);

const selectKnown = perDatabase(({ db }) =>
  db
    .select({ seq: events.seq })
    .from(events)
    .where(eq(events.id, sql.placeholder("id")))
    .prepare(),
);

/** All or nothing, durable when it returns; an id that is known already counts as a duplicate and changes nothing. */
export function insertEvents(
  database: Database,
  batch: readonly StoredEvent[],
  receivedMs: number,
): { inserted: number; duplicates: number } {
  const known = selectKnown(database);
  const statement = insert(database);
  const inserted = transact(database, () => {
    // Looked up first, since a conflict would use up a number of `seq`, which tells how many events came.
    const fresh = batch.filter(
      (event) =>
        known.get({ id: event.id }) === undefined && statement.run(toRow(event, receivedMs)).changes === 1,
    );
    return fresh.length;
  });
  return { inserted, duplicates: batch.length - inserted };
}

/** Events that arrived after `seq`, in the order of arrival. */
export function eventsAfter(database: Database, seq: number, limit: number): ArrivedEvent[] {
  return database.db
    .select()
    .from(events)
    .where(gt(events.seq, seq))
    .orderBy(asc(events.seq))
    .limit(limit)
    .all()
    .map(fromRow);
}

const MAX_EVENTS_OF_USER = 1000;

const selectOfUser = perDatabase(({ db }) =>
  db
    .select()
    .from(events)
    .where(
      and(
        eq(events.user, sql.placeholder("user")),
        gt(events.seq, sql.placeholder("seq")),
        ne(events.type, "impression"),
      ),
    )
    .orderBy(desc(events.seq))
    .limit(MAX_EVENTS_OF_USER)
    .prepare(),
);

/** The newest that say something about taste, oldest first: bounded, since an answer waits for it. */
export function eventsOfUserAfter(database: Database, user: string, seq: number): ArrivedEvent[] {
  return selectOfUser(database).all({ user, seq }).map(fromRow).toReversed();
}

/** How many events were ever stored; 0 when there are none. */
export function lastEventSeq(database: Database): number {
  return (
    database.db
      .select({ seq: max(events.seq) })
      .from(events)
      .get()?.seq ?? 0
  );
}

function toRow(event: StoredEvent, receivedMs: number) {
  return {
    id: event.id,
    user: event.user,
    type: event.type,
    item: event.item,
    timeMs: event.timeMs,
    receivedMs,
    servedAs: event.servedAs ?? null,
    cluster: event.cluster ?? null,
    generation: event.generation ?? null,
    context: event.context ?? null,
    carousel: event.carousel ?? null,
    position: event.position ?? null,
    progress: event.progress ?? null,
    signals: event.signals === undefined ? null : JSON.stringify(event.signals),
  };
}

/** Only validated events are ever written, so their closed vocabularies hold when they are read. */
function fromRow(row: typeof events.$inferSelect): ArrivedEvent {
  return {
    seq: row.seq,
    id: row.id,
    user: row.user,
    type: row.type as EventType,
    item: row.item,
    timeMs: row.timeMs,
    receivedMs: row.receivedMs,
    ...(row.servedAs !== null && { servedAs: row.servedAs as ServedAs }),
    ...(row.cluster !== null && { cluster: row.cluster }),
    ...(row.generation !== null && { generation: row.generation }),
    ...(row.context !== null && { context: row.context }),
    ...(row.carousel !== null && { carousel: row.carousel }),
    ...(row.position !== null && { position: row.position }),
    ...(row.progress !== null && { progress: row.progress }),
    ...(row.signals !== null && { signals: JSON.parse(row.signals) as Signals }),
  };
}
