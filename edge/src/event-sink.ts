/** Takes events durably: into the queue, or, when it refuses, straight to the origin. */
import type { EventBatch, StoredEvent } from "@spillway/shared/events.ts";
import { orLate } from "./deadline.ts";
import type { Deliver } from "./event-delivery.ts";
import { toMessages, toSends } from "./event-messages.ts";
import { reasonOf, type Failures } from "./failures.ts";

/** True once every event is stored. False: none is promised, and the client should send all of them again. */
export type EventSink = (events: readonly StoredEvent[]) => Promise<boolean>;

export type EventSinkDeps = {
  readonly queue: Queue<EventBatch>;
  readonly deliver: Deliver;
  readonly failures: Failures;
  readonly queueDeadlineMs: number;
  readonly originDeadlineMs: number;
};

export function createEventSink({
  queue,
  deliver,
  failures,
  queueDeadlineMs,
  originDeadlineMs,
}: EventSinkDeps): EventSink {
  return async (events) => {
    try {
      if ((await enqueue(queue, events, queueDeadlineMs)) === "queued") return true;
      failures.count("queue-send", `longer than ${queueDeadlineMs} ms`);
    } catch (error) {
      failures.count("queue-send", reasonOf(error));
    }
    // What the queue has taken of it meanwhile counts once: events are idempotent by id.
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
