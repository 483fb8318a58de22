/** What the fold reads of the events that no profile holds yet. */
import type { EventType } from "@spillway/shared/protocol/events.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import type { Database } from "../database.ts";
import type { ArrivedEvent } from "./events.ts";
import { perDatabase } from "../prepared.ts";

export type UnfoldedEvent = Pick<
  ArrivedEvent,
  "seq" | "user" | "type" | "item" | "timeMs" | "progress" | "signals"
>;

type Row = [
  seq: number,
  user: string,
  type: string,
  item: string,
  timeMs: number,
  progress: number | null,
  signals: string | null,
];

// As arrays, and without drizzle's mapping: it is half of the fold's time.
const selectAfter = perDatabase(({ sqlite }) =>
  sqlite
    .prepare<[seq: number, limit: number], Row>(
      "SELECT seq, user, type, item, time_ms, progress, signals FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
    )
    .raw(),
);

/** Those that arrived after `seq`, in the order of arrival. Events of one visit share one `signals`. */
export function unfoldedEvents(database: Database, seq: number, limit: number): UnfoldedEvent[] {
  const readSignals = rememberLast((json) => JSON.parse(json) as Signals);
  return selectAfter(database)
    .all(seq, limit)
    .map(([at, user, type, item, timeMs, progress, signals]) => ({
      seq: at,
      user,
      // Only validated events are ever written, so their closed vocabularies hold when they are read.
      type: type as EventType,
      item,
      timeMs,
      progress: progress ?? undefined,
      signals: signals === null ? undefined : readSignals(signals),
    }));
}

/** Neighbours are mostly of one visit, and say the same. */
function rememberLast<Result>(read: (text: string) => Result): (text: string) => Result {
  let last: { readonly text: string; readonly result: Result } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: read(text) };
    return last.result;
  };
}
