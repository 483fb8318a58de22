/** The serving log's consumer: reports to the origin. */
import { toPlain } from "../events/event-messages.ts";
import {
  createQueueConsumer,
  type ConsumerSettings,
  type MessageConsumer,
} from "../events/queue-consumer.ts";
import type { Failures } from "../failures.ts";

/** The name of the serving log's queue contains this. */
const NAME_PART = "serving-log";

export type ServingConsumerDeps = ConsumerSettings & { readonly failures: Failures };

export function isServingLogQueue(name: string): boolean {
  return name.includes(NAME_PART);
}

export function createServingConsumer(deps: ServingConsumerDeps): MessageConsumer {
  return createQueueConsumer({
    ...deps,
    listOf: (messages) => messages.map(({ body }) => toPlain(body)),
    // The report is dropped and counted. The isolate's running totals show that it is missing.
    settleInvalid: (message, detail) => {
      deps.failures.count("serving-log", detail);
      message.ack();
    },
  });
}
