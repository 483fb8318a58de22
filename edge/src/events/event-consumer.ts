/** The consumer of the event queues: what the origin refuses as such goes to the dead letters. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { toPlain } from "./event-messages.ts";
import type { Failures } from "../failures.ts";
import { createQueueConsumer, type ConsumerSettings, type MessageConsumer } from "./queue-consumer.ts";
import { retryMessage } from "./retry-message.ts";

export type EventConsumerDeps = ConsumerSettings & {
  readonly deadLetters: Pick<Queue, "send">;
  readonly failures: Failures;
};

export function createEventConsumer(deps: EventConsumerDeps): MessageConsumer {
  const { deadLetters, failures } = deps;
  return createQueueConsumer({
    ...deps,
    listOf: (messages) => {
      const batches = messages.map(({ body }) => eventsOf(body));
      return batches.includes(undefined) ? undefined : batches.flatMap((events) => events ?? []);
    },
    onFailure: ({ kind, detail }) =>
      failures.count(kind === "invalid" ? "events-refused" : "events-delivery", detail),
    // The origin would refuse the message each time, so it goes to the dead letters without more attempts.
    settleInvalid: async (message) => {
      try {
        await deadLetters.send(toPlain(message.body));
        message.ack();
      } catch (error) {
        failures.count("queue-send", `dead letters: ${reasonOf(error)}`);
        retryMessage(deps, message);
      }
    },
  });
}

function eventsOf(body: unknown): readonly unknown[] | undefined {
  const events = typeof body === "object" && body !== null && "events" in body ? body.events : undefined;
  return Array.isArray(events) ? events : undefined;
}
