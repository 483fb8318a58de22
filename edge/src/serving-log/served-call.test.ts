import { expect, test } from "vitest";
import { unpackServingReport, type ServingRecord } from "@spillway/shared/protocol/serving-log.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { Bindings } from "../env.ts";
import { POSTED, servedCall } from "./served-call.ts";
import {
  putIndex,
  putPage,
  putRouting,
  SOCIAL,
  testEdge,
  type OriginBehaviour,
} from "../../test/worker/test-edge.ts";

/** An edge whose serving log is at hand. */
function logged(behaviour: OriginBehaviour) {
  const messages: unknown[] = [];
  const queue = {
    sendBatch: (batch: Iterable<{ body: unknown }>) => {
      for (const { body } of batch) messages.push(structuredClone(body));
      return Promise.resolve();
    },
  };
  const overrides = { SERVING_LOG: queue as unknown as Bindings["SERVING_LOG"], SERVING_LOG_FLUSH_MS: "1" };
  return {
    ...testEdge(behaviour, overrides),
    messages,
    records: (): ServingRecord[] =>
      messages.flatMap((message) => {
        const report = unpackServingReport(message);
        if (report === undefined) throw new Error("no report");
        return [...report.records];
      }),
  };
}

const BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";
const CLIENT = { ...SOCIAL, "cf-connecting-ip": "203.0.113.77", "user-agent": BROWSER };

test.each<[OriginBehaviour, Partial<ServingRecord>]>([
  ["ok", { as: "individual", reason: "admitted", cluster: "esp.social" }],
  ["over-threshold", { as: "cluster", reason: "over-threshold", cluster: "esp.social" }],
  ["down", { as: "cluster", reason: "origin-unreachable", cluster: "esp.social" }],
])("tells what was served while the origin is %s", async (behaviour, served) => {
  await putIndex();
  await putRouting({});
  await putPage("esp.social");
  const edge = logged(behaviour);
  await edge.get("/recommendations?context=homepage&user=u1", CLIENT);
  const token = edge.bindings.EDGE_TOKEN ?? "";
  expect(edge.records()).toEqual([
    {
      ...served,
      user: createUserHash(token)("u1"),
      minute: expect.closeTo(Date.now() / 60_000, -1),
      context: "homepage",
      country: expect.stringMatching(/^[A-Z]{2}$/),
      network: "203.0.113.0/24",
      agent: "browser",
      calls: 1,
      version: 3,
      slow: 0,
    },
  ]);
  expect(JSON.stringify(edge.messages)).not.toContain("203.0.113.77");
});

test("reads the front of a long agent, and keeps that of what claims to be an address", () => {
  const headers = { "user-agent": BROWSER.padEnd(8192, "x"), "cf-connecting-ip": "a".repeat(8192) };
  const { agent, address } = servedCall(
    { headers: new Headers(headers), country: undefined },
    "u1",
    "live",
    POSTED,
  );
  expect([agent, address.length]).toEqual(["browser", 45]);
});

test("tells of events that were posted, as such", async () => {
  const edge = logged("ok");
  await edge.post("/events?user=u1", JSON.stringify({ events: [{ id: "e1", type: "play", item: "m1" }] }));
  await expect
    .poll(edge.records)
    .toMatchObject([{ context: "events", as: "none", reason: "none", calls: 1 }]);
});

test("keeps serving when the log's queue refuses", async () => {
  const refusing = { sendBatch: () => Promise.reject(new Error("full")) };
  const edge = testEdge("ok", {
    SERVING_LOG: refusing as unknown as Bindings["SERVING_LOG"],
    SERVING_LOG_FLUSH_MS: "1",
  });
  const response = await edge.get("/recommendations?context=homepage&user=u1");
  expect(response.status).toBe(200);
});
