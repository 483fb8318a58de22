/** The queue's consumer: events to the origin, acknowledged only after it has stored them. */
import type { Deliver } from "./event-delivery.ts";
import { toPlain } from "./event-messages.ts";
import { reasonOf, type Failures } from "../failures.ts";
import { retryMessage, type RetrySchedule } from "./retry-message.ts";

export type EventConsumerDeps = RetrySchedule & {
  readonly deliver: Deliver;
  readonly deadLetters: Pick<Queue, "send">;
  readonly failures: Failures;
  readonly deadlineMs: number;
};

export type MessageConsumer = (messages: readonly Message[]) => Promise<void>;

export function createEventConsumer(deps: EventConsumerDeps): MessageConsumer {
  return async (messages) => {
    const outcome = await deliverMessages(deps, messages);
    if (outcome !== "invalid") return;
    // One poison message must not hold up the others: each for itself.
    for (const [at, message] of messages.entries()) {
      const alone = messages.length === 1 ? "invalid" : await deliverMessages(deps, [message]);
      if (alone === "invalid") await bury(deps, message);
      if (alone === "unavailable") {
        for (const rest of messages.slice(at + 1)) retryMessage(deps, rest);
        return;
      }
    }
  };
}

/** Acknowledges what is stored, puts off what the origin cannot take now; what it calls invalid is left to the caller. */
async function deliverMessages(
  deps: EventConsumerDeps,
  messages: readonly Message[],
): Promise<"stored" | "invalid" | "unavailable"> {
  const bodies = messages.map(({ body }) => eventsOf(body));
  if (bodies.includes(undefined)) return "invalid";
  const delivery = await deps.deliver(
    bodies.flatMap((events) => events ?? []),
    deps.deadlineMs,
  );
  if (delivery.kind === "stored") for (const message of messages) message.ack();
  if (delivery.kind === "unavailable") {
    deps.failures.count("events-delivery", delivery.detail);
    for (const message of messages) retryMessage(deps, message);
  }
  if (delivery.kind === "invalid") deps.failures.count("events-refused", delivery.detail);
  return delivery.kind;
}

function eventsOf(body: unknown): readonly unknown[] | undefined {
  const events = typeof body === "object" && body !== null && "events" in body ? body.events : undefined;
  return Array.isArray(events) ? events : undefined;
}

/** To the dead letters at once: a hundred more attempts would end the same. */
async function bury(deps: EventConsumerDeps, message: Message): Promise<void> {
  try {
    await deps.deadLetters.send(toPlain(message.body));
    message.ack();
  } catch (error) {
    deps.failures.count("queue-send", `dead letters: ${reasonOf(error)}`);
    retryMessage(deps, message);
  }
}
