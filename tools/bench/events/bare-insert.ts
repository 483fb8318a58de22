/**
 * The baseline: the same rows by one prepared statement in a loop, one transaction a batch, and nothing else.
 */
import type { Database } from "@spillway/store/database.ts";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";

type Cell = string | number | null;

const COLUMNS = [
  "id",
  "user",
  "type",
  "item",
  "time_ms",
  "received_ms",
  "served_as",
  "cluster",
  "generation",
  "context",
  "carousel",
  "position",
  "progress",
  "signals",
];

export function toCells(event: StoredEvent, receivedMs: number): Cell[] {
  return [
    event.id,
    event.user,
    event.type,
    event.item,
    event.timeMs,
    receivedMs,
    event.servedAs ?? null,
    event.cluster ?? null,
    event.generation ?? null,
    event.context ?? null,
    event.carousel ?? null,
    event.position ?? null,
    event.progress ?? null,
    event.signals === undefined ? null : JSON.stringify(event.signals),
  ];
}

/** `database` is opened and migrated as the origin's own: the same table, indexes and pragmas. */
export function bareInsert({ sqlite }: Pick<Database, "sqlite">): (rows: readonly Cell[][]) => void {
  const insert = sqlite.prepare<Cell[]>(
    `INSERT INTO events (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`,
  );
  return sqlite.transaction((rows: readonly Cell[][]) => {
    for (const row of rows) insert.run(...row);
  });
}
