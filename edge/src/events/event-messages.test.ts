import { expect, test } from "vitest";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import { MAX_MESSAGE_BYTES, toMessages, toSends } from "./event-messages.ts";

function event(id: string, item = "i"): StoredEvent {
  return { id, type: "play", item, user: "u", timeMs: 1 };
}

test("keeps a small batch in one message", () => {
  const events = [event("a"), event("b")];
  expect(toMessages(events)).toEqual([{ events }]);
});

test("splits a large batch into messages within the limit, in order and complete", () => {
  const events = Array.from({ length: 500 }, (_, at) => event(`é${at}`, "é".repeat(128)));
  const messages = toMessages(events);
  expect(messages.length).toBeGreaterThan(2);
  expect(messages.flatMap((message) => message.events)).toEqual(events);
  for (const message of messages) {
    expect(new TextEncoder().encode(JSON.stringify(message)).byteLength).toBeLessThanOrEqual(
      MAX_MESSAGE_BYTES,
    );
  }
});

test("sends at most 256 KB at once", () => {
  const messages = Array.from({ length: 9 }, () => ({ events: [] }));
  const sends = toSends(messages);
  expect(sends.map((send) => send.length)).toEqual([4, 4, 1]);
  expect(4 * MAX_MESSAGE_BYTES).toBeLessThan(256_000);
});
