/** Reads the events that are not folded into a profile yet, with the fields that the fold needs. */
import type { EventType } from "@spillway/shared/protocol/events.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import type { Database } from "../database.ts";
import type { ArrivedEvent } from "./events.ts";
import { perDatabase } from "../prepared.ts";

export type UnfoldedEvent = Pick<
  ArrivedEvent,
  "seq" | "user" | "type" | "item" | "timeMs" | "receivedMs" | "progress" | "signals" | "proof" | "network"
>;

type Row = [
  seq: number,
  user: string,
  type: string,
  item: string,
  timeMs: number,
  progress: number | null,
  signals: string | null,
  receivedMs: number,
  proof: ArrivedEvent["proof"] | null,
  network: string | null,
];

// Rows are read as arrays, without drizzle's mapping, which would take half of the fold's time.
const selectAfter = perDatabase(({ sqlite }) =>
  sqlite
    .prepare<[seq: number, limit: number], Row>(
      "SELECT seq, user, type, item, time_ms, progress, signals, received_ms, proof, network FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
    )
    .raw(),
);

/**
 * Returns events that arrived after `seq`, in the order of arrival. Successive events with the same signals
 * share one object.
 */
export function unfoldedEvents(database: Database, seq: number, limit: number): UnfoldedEvent[] {
  const readSignals = rememberLast((json) => JSON.parse(json) as Signals);
  return selectAfter(database)
    .all(seq, limit)
    .map(([at, user, type, item, timeMs, progress, signals, receivedMs, proof, network]) => ({
      seq: at,
      user,
      // The cast is safe: only validated events are ever written.
      type: type as EventType,
      item,
      timeMs,
      progress: progress ?? undefined,
      signals: signals === null ? undefined : readSignals(signals),
      receivedMs,
      proof: proof ?? undefined,
      network: network ?? undefined,
    }));
}

/** Remembers the last result only: successive events are mostly of one visit, and have the same signals. */
function rememberLast<Result>(read: (text: string) => Result): (text: string) => Result {
  let last: { readonly text: string; readonly result: Result } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: read(text) };
    return last.result;
  };
}
