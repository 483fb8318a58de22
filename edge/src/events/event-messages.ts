/**
 * Events → queue messages within the platform's limits (128 KB a message, 256 KB and 100 messages a send).
 * Pure.
 */
import type { EventBatch, StoredEvent } from "@spillway/shared/protocol/events.ts";

/** Leaves room for the platform's own framing, and four of them fit one send. */
export const MAX_MESSAGE_BYTES = 60_000;
export const MESSAGES_PER_SEND = 4;

const ENVELOPE_BYTES = '{"events":[]}'.length;

/** Each message's JSON has at most {@link MAX_MESSAGE_BYTES}; a single event is far smaller than that. */
export function toMessages(events: readonly StoredEvent[]): EventBatch[] {
  const encoder = new TextEncoder();
  const messages: StoredEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const eventBytes = encoder.encode(JSON.stringify(event)).byteLength + 1;
    if (bytes + eventBytes > MAX_MESSAGE_BYTES) {
      messages.push([]);
      bytes = ENVELOPE_BYTES;
    }
    messages.at(-1)?.push(event);
    bytes += eventBytes;
  }
  return messages.map((group) => ({ events: group }));
}

/** Groups of messages that may travel in one `sendBatch`. */
export function toSends(messages: readonly EventBatch[]): EventBatch[][] {
  const sends: EventBatch[][] = [];
  for (let from = 0; from < messages.length; from += MESSAGES_PER_SEND) {
    sends.push(messages.slice(from, from + MESSAGES_PER_SEND));
  }
  return sends;
}

/**
 * A message's body as JSON can hold it. The edge itself sends nothing else; another producer's value becomes
 * text.
 */
export function toPlain(body: unknown): unknown {
  try {
    return JSON.stringify(body) === undefined ? String(body) : body;
  } catch {
    return String(body);
  }
}
