/** Stores interaction events, each once, in the order of arrival. */
import { and, asc, desc, eq, gt, max, ne, sql } from "drizzle-orm";
import type { EventType, StoredEvent } from "@spillway/shared/protocol/events.ts";
import type { ServedAs } from "@spillway/shared/protocol/served.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { transact, type Database } from "../database.ts";
import { linkOf } from "../profiles/links.ts";
import { withoutErased } from "./erasures.ts";
import { perDatabase } from "../prepared.ts";
import { prunedTest } from "./retention.ts";
import { events } from "../schema.ts";

/** `seq` grows with each arrival, so that a reader which remembers the last one misses no event. */
export type ArrivedEvent = StoredEvent & { readonly seq: number; readonly receivedMs: number };

export type InsertedEvents = { readonly inserted: number; readonly duplicates: number };

const statements = perDatabase(({ sqlite }) => ({
  select: sqlite.prepare<[id: string]>("SELECT 1 FROM events WHERE id = ?"),
  // The parameters are positional, since drizzle's mapping takes longer than the insert. A statement of many
  // rows is slower.
  insert: sqlite.prepare<Cell[]>(
    `INSERT INTO events (id, user, type, item, time_ms, received_ms, served_as, cluster, generation, context, carousel,
       position, progress, signals, proof, network) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
}));

type Cell = string | number | null;

/**
 * Stores all events or none, durably when it returns. An event whose id is stored already, or was pruned,
 * counts as a duplicate and changes nothing. An event of a user who was erased after it happened is not
 * stored, and counts as neither.
 */
export function insertEvents(
  database: Database,
  batch: readonly StoredEvent[],
  receivedMs: number,
): InsertedEvents {
  const { select, insert } = statements(database);
  return transact(database, () => {
    const wanted = withoutErased(database, batch);
    const isPruned = prunedTest(database);
    let inserted = 0;
    for (const event of wanted) {
      // The id is looked up first, since an insert with a conflict would use up a number of `seq`.
      if (select.get(event.id) !== undefined || isPruned(event.id)) continue;
      insert.run(
        event.id,
        event.user,
        event.type,
        event.item,
        timeOf(database, event),
        receivedMs,
        event.servedAs ?? null,
        event.cluster ?? null,
        event.generation ?? null,
        event.context ?? null,
        event.carousel ?? null,
        event.position ?? null,
        event.progress ?? null,
        event.signals === undefined ? null : JSON.stringify(event.signals),
        event.proof ?? null,
        event.network ?? null,
      );
      inserted += 1;
    }
    return { inserted, duplicates: wanted.length - inserted };
  });
}

/** A client's own word on the time makes no event of a linked visitor one from before the link. */
function timeOf(database: Database, { user, timeMs, takenMs }: StoredEvent): number {
  if (takenMs === undefined) return timeMs;
  const link = linkOf(database, user);
  return link !== undefined && takenMs > link.linkedMs ? takenMs : timeMs;
}

/** Returns events that arrived after `seq`, in the order of arrival. */
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

/**
 * Returns a user's newest events after `seq`, the oldest first, without impressions, which say nothing about
 * taste. Their number is bounded, since an individual answer waits for this read.
 */
export function eventsOfUserAfter(database: Database, user: string, seq: number): ArrivedEvent[] {
  return selectOfUser(database).all({ user, seq }).map(fromRow).toReversed();
}

/** Returns the `seq` of the newest event; 0 when there is none. */
export function lastEventSeq(database: Database): number {
  return (
    database.db
      .select({ seq: max(events.seq) })
      .from(events)
      .get()?.seq ?? 0
  );
}

/** The casts are safe: only validated events are ever written. */
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
    ...(row.proof !== null && { proof: row.proof }),
    ...(row.network !== null && { network: row.network }),
  };
}
