import { expect, test } from "vitest";
import { isServingLogQueue } from "./serving-consumer.ts";
import { testEdge, type OriginBehaviour } from "../../test/worker/test-edge.ts";

async function consume(behaviour: OriginBehaviour, bodies: readonly unknown[]) {
  const edge = testEdge(behaviour, { RETRY_BASE_S: "7" });
  const outcomes: string[] = [];
  const messages = bodies.map((body, at): Message => ({
    id: `m${at}`,
    timestamp: new Date(),
    attempts: 1,
    body,
    ack: () => void outcomes.push(`${at} acknowledged`),
    retry: (options) => void outcomes.push(`${at} again in ${options?.delaySeconds} s`),
  }));
  await edge.edge.consumeServingLog(messages);
  return { outcomes, requests: await edge.requests() };
}

test("acknowledges reports once the origin has them", async () => {
  const { outcomes, requests } = await consume("ok", [{ isolate: "i1" }, { isolate: "i2" }]);
  expect(outcomes).toEqual(["0 acknowledged", "1 acknowledged"]);
  expect(requests.map(({ method, url }) => [method, url])).toEqual([["POST", "/serving-log"]]);
  expect(JSON.parse(requests[0]?.body ?? "")).toEqual({ reports: [{ isolate: "i1" }, { isolate: "i2" }] });
});

test.each<OriginBehaviour>(["down", "error", "over-threshold", "unproven"])(
  "keeps them while the origin is %s",
  async (behaviour) => {
    const { outcomes } = await consume(behaviour, [{ isolate: "i1" }]);
    expect(outcomes).toEqual(["0 again in 7 s"]);
  },
);

test("drops a report that the origin refuses, alone", async () => {
  const { outcomes, requests } = await consume("ok", [{ a: 1 }, { item: "poison" }, { b: 2 }]);
  expect(outcomes).toEqual(["0 acknowledged", "1 acknowledged", "2 acknowledged"]);
  expect(requests.map(({ body }) => JSON.parse(body).reports.length)).toEqual([3, 1, 1, 1]);
});

test("knows its queue by its name", () => {
  expect(["acme-serving-log-staging", "spillway-events"].map(isServingLogQueue)).toEqual([true, false]);
});
