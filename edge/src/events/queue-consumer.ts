/**
 * The course of every queue's consumer: a batch goes to the origin, and is acknowledged only after it is
 * stored there. One bad message must not hold up the others: where the origin calls a batch invalid, each
 * message goes for itself.
 */
import type { Deliver, Delivery } from "./event-delivery.ts";
import { retryMessage, type RetrySchedule } from "./retry-message.ts";

export type MessageConsumer = (messages: readonly Message[]) => Promise<void>;

/** What every consumer is configured with. */
export type ConsumerSettings = RetrySchedule & {
  readonly deliver: Deliver;
  readonly deadlineMs: number;
};

export type QueueConsumerDeps = ConsumerSettings & {
  /** The list that the origin takes; undefined where a message can't be part of one. */
  readonly listOf: (messages: readonly Message[]) => readonly unknown[] | undefined;
  /** After each batch and each message that was not stored. */
  readonly onFailure?: (delivery: Exclude<Delivery, { kind: "stored" }>) => void;
  /** Settles a message that is invalid by itself. */
  readonly settleInvalid: (message: Message, detail: string) => Promise<void> | void;
};

const NO_LIST = { kind: "invalid", detail: "is not a message of this queue" } as const;

export function createQueueConsumer(deps: QueueConsumerDeps): MessageConsumer {
  return async (messages) => {
    const whole = await deliverMessages(deps, messages);
    if (whole.kind !== "invalid") return;
    for (const [at, message] of messages.entries()) {
      const alone = messages.length === 1 ? whole : await deliverMessages(deps, [message]);
      if (alone.kind === "invalid") await deps.settleInvalid(message, alone.detail);
      if (alone.kind === "unavailable") {
        for (const rest of messages.slice(at + 1)) retryMessage(deps, rest);
        return;
      }
    }
  };
}

/**
 * Acknowledges what is stored, and puts off what the origin cannot take now; what is invalid is left to the
 * caller.
 */
async function deliverMessages(deps: QueueConsumerDeps, messages: readonly Message[]): Promise<Delivery> {
  const list = deps.listOf(messages);
  if (list === undefined) return NO_LIST;
  const delivery = await deps.deliver(list, deps.deadlineMs);
  if (delivery.kind === "stored") for (const message of messages) message.ack();
  else deps.onFailure?.(delivery);
  if (delivery.kind === "unavailable") for (const message of messages) retryMessage(deps, message);
  return delivery;
}
