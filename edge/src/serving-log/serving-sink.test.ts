import { describe, expect, test } from "vitest";
import { unpackServingReport, type PackedServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { createFailures } from "../failures.ts";
import { agentClassOf, createServingSink, RECORDS_PER_MESSAGE } from "./serving-sink.ts";
import type { CountedCall } from "./serving-log.ts";

const CALL: CountedCall = {
  user: "u1",
  context: "homepage",
  as: "cluster",
  reason: "over-threshold",
  cluster: "esp",
  country: "ES",
  address: "203.0.113.7",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
  minute: 29_000_000,
  calls: 2,
};
const HEAD = { isolate: "i1", sequence: 5, totals: { calls: 2, lost: 0 } };
const hashUser = createUserHash("a-token-of-the-test");
const failures = createFailures(() => undefined);

describe("handing the serving log over", () => {
  test("names no user and no address", async () => {
    const bodies: PackedServingReport[] = [];
    const queue = {
      sendBatch: (messages: Iterable<MessageSendRequest<PackedServingReport>>) => {
        bodies.push(...Array.from(messages, ({ body }) => body));
        return Promise.resolve({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } });
      },
    };
    const sink = createServingSink({ queue, hashUser, failures, deadlineMs: 1000 });
    const calls = Array.from({ length: RECORDS_PER_MESSAGE + 1 }, (_, at) => ({ ...CALL, user: `u${at}` }));
    expect(await sink({ head: HEAD, calls })).toBe(true);
    expect(bodies.map(({ part, parts, rows }) => [part, parts, rows.length])).toEqual([
      [0, 2, RECORDS_PER_MESSAGE],
      [1, 2, 1],
    ]);
    expect(JSON.stringify(bodies)).not.toMatch(/"u1"|203\.0\.113\.7/);
    expect(JSON.stringify(bodies[0]).length).toBeLessThan(100_000);
    expect(unpackServingReport(bodies[1])).toMatchObject({
      ...HEAD,
      records: [{ user: hashUser("u500"), network: "203.0.113.0/24", agent: "browser", calls: 2 }],
    });
  });

  test("says so when the queue refuses", async () => {
    const queue = { sendBatch: () => Promise.reject(new Error("full")) };
    const sink = createServingSink({ queue, hashUser, failures, deadlineMs: 1000 });
    expect(await sink({ head: HEAD, calls: [CALL] })).toBe(false);
    expect(failures.lastDetails()["queue-send"]).toBe("serving log: full");
  });
});

test.each([
  ["", "none"],
  ["curl/8.9.1", "bot"],
  ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot"],
  ["Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/108 Safari/537.36", "tv"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", "browser"],
  ["StreamApp/5.2 (iOS 18.1)", "app"],
])("%s is a %s", (userAgent, agent) => {
  expect(agentClassOf(userAgent)).toBe(agent);
});
