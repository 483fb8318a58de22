/**
 * The consumer of the dead letters: hands each to the origin, which stores the events in it that are good (the origin was away
 * for longer than their queue kept them) and keeps the rest for an operator. Acknowledged only after that.
 */
import type { MessageConsumer } from "./event-consumer.ts";
import type { Deliver } from "./event-delivery.ts";
import { toPlain } from "./event-messages.ts";
import type { Failures } from "../failures.ts";
import { retryMessage, type RetrySchedule } from "./retry-message.ts";

/** A dead-letter queue is known by its name: whatever else it is called in an environment. */
const NAME_PART = "dead-letters";

export type DeadLetterConsumerDeps = RetrySchedule & {
  readonly deliver: Deliver;
  readonly failures: Failures;
  readonly deadlineMs: number;
};

export function isDeadLetterQueue(name: string): boolean {
  return name.includes(NAME_PART);
}

export function createDeadLetterConsumer(deps: DeadLetterConsumerDeps): MessageConsumer {
  const { deliver, failures, deadlineMs } = deps;
  const consume: MessageConsumer = async (messages) => {
    const letters = messages.map(({ body }) => toPlain(body));
    const delivery = await deliver(letters, deadlineMs);
    if (delivery.kind === "stored") {
      for (const message of messages) message.ack();
      return;
    }
    failures.count("dead-letters", delivery.detail);
    if (delivery.kind === "invalid" && messages.length > 1) {
      for (const message of messages) await consume([message]);
      return;
    }
    // There is no queue behind this one: a letter is put off until it is taken.
    for (const message of messages) retryMessage(deps, message);
  };
  return consume;
}
