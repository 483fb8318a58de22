/** Stores events durably: in a queue, or at the origin when no queue takes them. */
import type { EventBatch, StoredEvent } from "@spillway/shared/protocol/events.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { orLate } from "../or-late.ts";
import type { Deliver } from "./event-delivery.ts";
import { toMessages, toSends } from "./event-messages.ts";
import type { Failures } from "../failures.ts";

/** True once every event is stored. False means that the client should send all of them again. */
export type EventSink = (events: readonly StoredEvent[]) => Promise<boolean>;

export type EventSinkDeps = {
  /** At least one. They share the load, and one takes over when another fails. */
  readonly queues: readonly Queue<EventBatch>[];
  readonly deliver: Deliver;
  readonly failures: Failures;
  /** The time for all queues together, since a client waits. Each queue has an equal part. */
  readonly queueDeadlineMs: number;
  readonly originDeadlineMs: number;
  /** A random number from 0 to less than 1. */
  readonly draw: () => number;
};

export function createEventSink(deps: EventSinkDeps): EventSink {
  const { queues, deliver, failures, queueDeadlineMs, originDeadlineMs, draw } = deps;
  const eachMs = queueDeadlineMs / queues.length;
  return async (events) => {
    // The first queue is drawn at random: in turn, thousands of new isolates would all begin with the same
    // one.
    const first = Math.floor(draw() * queues.length);
    for (const queue of [...queues.slice(first), ...queues.slice(0, first)]) {
      try {
        if ((await enqueue(queue, events, eachMs)) === "queued") return true;
        failures.count("queue-send", `longer than ${eachMs} ms`);
      } catch (error) {
        failures.count("queue-send", reasonOf(error));
      }
      // The queue may have taken some of the events. They count once all the same, by their ids.
    }
    const delivery = await deliver(events, originDeadlineMs);
    if (delivery.kind !== "stored") failures.count("events-delivery", delivery.detail);
    return delivery.kind === "stored";
  };
}

async function enqueue(
  queue: Queue<EventBatch>,
  events: readonly StoredEvent[],
  deadlineMs: number,
): Promise<"queued" | "late"> {
  const sends = toSends(toMessages(events)).map((messages) =>
    queue.sendBatch(messages.map((body) => ({ body }))),
  );
  return orLate(
    Promise.all(sends).then(() => "queued" as const),
    deadlineMs,
    "late",
  );
}
