/** The serving log's consumer: reports to the origin, each acknowledged only after it is stored there. */
import type { MessageConsumer } from "../events/event-consumer.ts";
import type { Deliver } from "../events/event-delivery.ts";
import { toPlain } from "../events/event-messages.ts";
import type { Failures } from "../failures.ts";
import { retryMessage, type RetrySchedule } from "../events/retry-message.ts";

/** The queue is known by its name, of which its owner may choose the rest. */
const NAME_PART = "serving-log";

export type ServingConsumerDeps = RetrySchedule & {
  readonly deliver: Deliver;
  readonly failures: Failures;
  readonly deadlineMs: number;
};

export function isServingLogQueue(name: string): boolean {
  return name.includes(NAME_PART);
}

/** A report that the origin calls invalid is dropped and counted: the isolate's running totals show that it is missing. */
export function createServingConsumer(deps: ServingConsumerDeps): MessageConsumer {
  const { deliver, failures, deadlineMs } = deps;
  const consume: MessageConsumer = async (messages) => {
    const delivery = await deliver(
      messages.map(({ body }) => toPlain(body)),
      deadlineMs,
    );
    if (delivery.kind === "unavailable") {
      for (const message of messages) retryMessage(deps, message);
    } else if (delivery.kind === "invalid" && messages.length > 1) {
      for (const message of messages) await consume([message]);
    } else {
      if (delivery.kind === "invalid") failures.count("serving-log", delivery.detail);
      for (const message of messages) message.ack();
    }
  };
  return consume;
}
