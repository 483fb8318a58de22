/**
 * Stores engagement, the counts of events: by what they claim about their page, and by item on each cluster's
 * pages.
 */
import type { EventType } from "@spillway/shared/protocol/events.ts";
import type { ServedAs } from "@spillway/shared/protocol/served.ts";
import * as z from "zod/mini";
import type { EngagementRow } from "@spillway/shared/protocol/engagement.ts";
import { firstKeyOf } from "./count-once.ts";
import type { ItemEngagement } from "@spillway/model/pages/engagement-lifts.ts";
import type { Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";
import { perDatabase } from "../prepared.ts";
import { CAME_BACK } from "../profiles/weight.ts";

/** The fields of an event that engagement needs. A field that the event does not have is null. */
export type EngagedEvent = {
  readonly seq: number;
  readonly user: string;
  readonly type: EventType;
  readonly item: string;
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly servedAs: ServedAs | null;
  readonly cluster: string | null;
  readonly generation: number | null;
  readonly context: string | null;
  readonly carousel: string | null;
  readonly position: number | null;
  /** A keyed hash; null for a user with a token, and for what a gateway posted. */
  readonly network: string | null;
  /** 1 when the user is a suspect, else 0. */
  readonly suspect: number;
  /** 1 when nothing speaks for the user's id, which never came back either; else 0. */
  readonly unproven: number;
};

const selectEvents = perDatabase(({ sqlite }) =>
  sqlite.prepare<[number, number], EngagedEvent>(
    `SELECT seq, user, type, item, time_ms AS timeMs, received_ms AS receivedMs, served_as AS servedAs, cluster,
       generation, context, carousel, position, network,
       EXISTS (SELECT 1 FROM suspects WHERE suspects.user = events.user) AS suspect,
       (proof IS 'none' AND NOT EXISTS (SELECT 1 FROM profiles WHERE profiles.user = events.user
          AND (profiles.proof IS NOT 'none' OR ${CAME_BACK}))) AS unproven
     FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
  ),
);

/** Returns events that arrived after `seq`, in the order of arrival. */
export function engagedEventsAfter(database: Database, seq: number, limit: number): EngagedEvent[] {
  return selectEvents(database).all(seq, limit);
}

const cursorSchema = z.object({ seq: z.int() });
const CURSOR = "engagement-cursor";

/** Every event up to this `seq` has been counted. */
export function engagementCursor(database: Database): number {
  return getDocument(database, CURSOR, (value) => cursorSchema.parse(value))?.value.seq ?? 0;
}

/** Whether events have arrived that are not counted yet. */
export function hasEngagedEvents(database: Database): boolean {
  const newest = database.sqlite.prepare<[], number | null>("SELECT max(seq) FROM events").pluck().get() ?? 0;
  return newest > engagementCursor(database);
}

export function putEngagementCursor(database: Database, seq: number, nowMs: number): void {
  putDocument(database, CURSOR, { seq }, nowMs);
}

const addRow = perDatabase(({ sqlite }) =>
  sqlite.prepare<[EngagementRow]>(
    `INSERT INTO engagement (day, served_as, cluster, generation, context, attribution, reason, holdout, events,
       impressions, clicks, plays, completes, hides)
     VALUES (@day, @servedAs, @cluster, @generation, @context, @attribution, @reason, @holdout, @events,
       @impressions, @clicks, @plays, @completes, @hides)
     ON CONFLICT DO UPDATE SET events = events + excluded.events, impressions = impressions + excluded.impressions, clicks = clicks + excluded.clicks,
       plays = plays + excluded.plays, completes = completes + excluded.completes,
       hides = hides + excluded.hides`,
  ),
);

export function addEngagement(database: Database, row: EngagementRow): void {
  addRow(database).run(row);
}

/** The first and the last day that has counts; null where none has. */
export function daysOfEngagement({
  sqlite,
}: Database): { readonly first: number; readonly last: number } | null {
  const { first, last } = sqlite
    .prepare<[], { first: number | null; last: number | null }>(
      "SELECT min(day) AS first, max(day) AS last FROM engagement",
    )
    .get() ?? { first: null, last: null };
  return first === null || last === null ? null : { first, last };
}

/** Returns the counts of the days `from` to `to`, both included; days are as in `dayOf`. */
export function engagementBetween({ sqlite }: Database, from: number, to: number): EngagementRow[] {
  return sqlite
    .prepare<[number, number], EngagementRow>(
      `SELECT day, served_as AS servedAs, cluster, generation, context, attribution, reason, holdout, events,
         impressions, clicks, plays, completes, hides FROM engagement WHERE day BETWEEN ? AND ?
       ORDER BY day, served_as, cluster, generation, context, attribution, reason, holdout`,
    )
    .all(from, to);
}

export type ItemRow = ItemEngagement & { readonly day: number; readonly shown: number };

const addItemRow = perDatabase(({ sqlite }) =>
  sqlite.prepare<[ItemRow]>(
    `INSERT INTO engagement_items (day, cluster, item, shown, attention, opened, played)
     VALUES (@day, @cluster, @item, @shown, @attention, @opened, @played)
     ON CONFLICT DO UPDATE SET shown = shown + excluded.shown, attention = attention + excluded.attention,
       opened = opened + excluded.opened, played = played + excluded.played`,
  ),
);

export function addItemEngagement(database: Database, row: ItemRow): void {
  addItemRow(database).run(row);
}

/** Returns the sums over all days from `from` on, by cluster and item. */
export function itemEngagementSince({ sqlite }: Database, from: number): ItemEngagement[] {
  return sqlite
    .prepare<[number], ItemEngagement>(
      `SELECT cluster, item, sum(attention) AS attention, sum(opened) AS opened, sum(played) AS played
       FROM engagement_items WHERE day >= ? GROUP BY cluster, item ORDER BY cluster, item`,
    )
    .all(from);
}

const insertSeen = perDatabase(({ sqlite }) =>
  sqlite.prepare<[number]>("INSERT OR IGNORE INTO engagement_seen (key) VALUES (?)"),
);

const selectSeen = perDatabase(({ sqlite }) =>
  sqlite.prepare<[number]>("SELECT 1 FROM engagement_seen WHERE key = ?"),
);

export function wasSeen(database: Database, key: number): boolean {
  return selectSeen(database).get(key) !== undefined;
}

/** Records the key, and returns whether it is new. */
export function recordSeen(database: Database, key: number): boolean {
  return insertSeen(database).run(key).changes === 1;
}

/**
 * One statement deletes at most this many rows, so that the serving process, which stores events, never waits
 * long for the write lock.
 */
const DROP_ROWS = 20_000;

/**
 * Deletes what is older than these days: the keys of what was counted, the counts by item, and the sums by
 * claim.
 */
export function dropEngagementBefore(
  { sqlite }: Database,
  { seen, items, sums }: { readonly seen: number; readonly items: number; readonly sums: number },
): void {
  const drop = (
    table: "engagement" | "engagement_items" | "engagement_seen",
    column: string,
    first: number,
  ) => {
    const deleteSome = sqlite.prepare<[number, number]>(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${column} < ? LIMIT ?)`,
    );
    while (deleteSome.run(first, DROP_ROWS).changes === DROP_ROWS);
  };
  drop("engagement_seen", "key", firstKeyOf(seen));
  drop("engagement_items", "day", items);
  drop("engagement", "day", sums);
}
