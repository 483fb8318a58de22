import { describe, expect, test } from "vitest";
import {
  unpackServingReport,
  type PackedServingReport,
  type SampledTuple,
} from "@spillway/shared/protocol/serving-log.ts";
import { createFailures } from "../failures.ts";
import { createServingSink, RECORDS_PER_MESSAGE } from "./serving-sink.ts";
import type { CountedCall } from "./serving-log.ts";

const CALL: CountedCall = {
  user: "00000000000000ff",
  context: "homepage",
  as: "cluster",
  reason: "over-threshold",
  cluster: "esp",
  country: "ES",
  address: "203.0.113.7",
  agent: "browser",
  minute: 29_000_000,
  calls: 2,
  version: 7,
  slow: 1,
};
const HEAD = { isolate: "i1", sequence: 5, totals: { calls: 2, lost: 0 } };
const TUPLES: readonly SampledTuple[] = [[`00000000000000ff ${"x".repeat(200)}`, 3.5]];
const failures = createFailures(() => undefined);

describe("handing the serving log over", () => {
  test("names no address", async () => {
    const bodies: PackedServingReport[] = [];
    const queue = {
      sendBatch: (messages: Iterable<MessageSendRequest<PackedServingReport>>) => {
        bodies.push(...Array.from(messages, ({ body }) => body));
        return Promise.resolve({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } });
      },
    };
    const sink = createServingSink({ queue, failures, deadlineMs: 1000 });
    const calls = Array.from({ length: RECORDS_PER_MESSAGE + 1 }, (_, at) => ({
      ...CALL,
      user: at.toString(16).padStart(16, "0"),
    }));
    expect(await sink({ head: HEAD, calls, tuples: TUPLES })).toBe(true);
    expect(bodies.map(({ part, parts, rows }) => [part, parts, rows.length])).toEqual([
      [0, 2, RECORDS_PER_MESSAGE],
      [1, 2, 1],
    ]);
    expect(JSON.stringify(bodies)).not.toMatch(/203\.0\.113\.7/);
    expect(JSON.stringify(bodies[0]).length).toBeLessThan(100_000);
    expect(unpackServingReport(bodies[1])).toMatchObject({
      ...HEAD,
      records: [{ user: "00000000000001f4", network: "203.0.113.0/24", agent: "browser", calls: 2 }],
      tuples: TUPLES,
    });
    expect(bodies[0]).not.toHaveProperty("tuples");
  });

  test("says so when the queue refuses", async () => {
    const queue = { sendBatch: () => Promise.reject(new Error("full")) };
    const sink = createServingSink({ queue, failures, deadlineMs: 1000 });
    expect(await sink({ head: HEAD, calls: [CALL], tuples: [] })).toBe(false);
    expect(failures.lastDetails()["queue-send"]).toBe("serving log: full");
  });
});
