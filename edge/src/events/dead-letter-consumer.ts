/**
 * The consumer of the dead letters. The origin stores those events in a letter that are good (it was away for
 * longer than their queue kept them), and keeps the rest for an operator.
 */
import { toPlain } from "./event-messages.ts";
import type { Failures } from "../failures.ts";
import { createQueueConsumer, type ConsumerSettings, type MessageConsumer } from "./queue-consumer.ts";
import { retryMessage } from "./retry-message.ts";

/** The name of every dead-letter queue contains this. */
const NAME_PART = "dead-letters";

export type DeadLetterConsumerDeps = ConsumerSettings & { readonly failures: Failures };

export function isDeadLetterQueue(name: string): boolean {
  return name.includes(NAME_PART);
}

export function createDeadLetterConsumer(deps: DeadLetterConsumerDeps): MessageConsumer {
  return createQueueConsumer({
    ...deps,
    listOf: (messages) => messages.map(({ body }) => toPlain(body)),
    onFailure: ({ detail }) => deps.failures.count("dead-letters", detail),
    // There is no further queue for what cannot be delivered, so the letter is tried again later.
    settleInvalid: (message) => retryMessage(deps, message),
  });
}
