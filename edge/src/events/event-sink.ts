/** Takes events durably: into a queue, or, when none takes them, straight to the origin. */
import type { EventBatch, StoredEvent } from "@spillway/shared/protocol/events.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { orLate } from "../or-late.ts";
import type { Deliver } from "./event-delivery.ts";
import { toMessages, toSends } from "./event-messages.ts";
import type { Failures } from "../failures.ts";

/** True once every event is stored. False: none is promised, and the client should send all of them again. */
export type EventSink = (events: readonly StoredEvent[]) => Promise<boolean>;

export type EventSinkDeps = {
  /** At least one; they share the load, and stand in for one another. */
  readonly queues: readonly Queue<EventBatch>[];
  readonly deliver: Deliver;
  readonly failures: Failures;
  /** For all queues together, with a client waiting: each may take its part. */
  readonly queueDeadlineMs: number;
  readonly originDeadlineMs: number;
  /** From 0 to less than 1. */
  readonly draw: () => number;
};

export function createEventSink(deps: EventSinkDeps): EventSink {
  const { queues, deliver, failures, queueDeadlineMs, originDeadlineMs, draw } = deps;
  const eachMs = queueDeadlineMs / queues.length;
  return async (events) => {
    // By draw, not in turn: thousands of young isolates would all begin with the same one.
    const first = Math.floor(draw() * queues.length);
    for (const queue of [...queues.slice(first), ...queues.slice(0, first)]) {
      try {
        if ((await enqueue(queue, events, eachMs)) === "queued") return true;
        failures.count("queue-send", `longer than ${eachMs} ms`);
      } catch (error) {
        failures.count("queue-send", reasonOf(error));
      }
      // What this one has taken of it meanwhile counts once: events are idempotent by id.
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
