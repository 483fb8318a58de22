import { expect, test } from "vitest";
import { isDeadLetterQueue } from "./dead-letter-consumer.ts";
import { testEdge, type OriginBehaviour } from "../../test/worker/test-edge.ts";

async function consume(behaviour: OriginBehaviour, bodies: readonly unknown[]) {
  const edge = testEdge(behaviour, { RETRY_BASE_S: "7" });
  const acknowledged: number[] = [];
  const retried: [at: number, delayS: number | undefined][] = [];
  const messages = bodies.map((body, at): Message => ({
    id: `m${at}`,
    timestamp: new Date(),
    attempts: 1,
    body,
    ack: () => void acknowledged.push(at),
    retry: (options) => void retried.push([at, options?.delaySeconds]),
  }));
  await edge.edge.consumeDeadLetters(messages);
  return { acknowledged, retried, requests: await edge.requests() };
}

test("hands letters to the origin, whatever they hold, and acknowledges them when it has them", async () => {
  const { acknowledged, retried, requests } = await consume("ok", [{ events: [1] }, "text", 1n]);
  expect([acknowledged, retried]).toEqual([[0, 1, 2], []]);
  expect(requests.map(({ method, url }) => [method, url])).toEqual([["POST", "/dead-letters"]]);
  expect(JSON.parse(requests[0]?.body ?? "")).toEqual({ letters: [{ events: [1] }, "text", "1"] });
});

test.each<OriginBehaviour>(["down", "error", "over-threshold", "unproven"])(
  "keeps them when the origin is %s",
  async (behaviour) => {
    const { acknowledged, retried } = await consume(behaviour, [{ a: 1 }, { b: 2 }]);
    expect([acknowledged, retried]).toEqual([
      [],
      [
        [0, 7],
        [1, 7],
      ],
    ]);
  },
);

test("keeps a letter that the origin refuses, and delivers the others", async () => {
  const { acknowledged, retried } = await consume("ok", [
    { a: 1 },
    { events: [{ item: "poison" }] },
    { b: 2 },
  ]);
  expect([acknowledged, retried]).toEqual([[0, 2], [[1, 7]]]);
});

test("knows a dead-letter queue by its name", () => {
  expect(["spillway-dead-letters-staging", "spillway-events-2"].map(isDeadLetterQueue)).toEqual([
    true,
    false,
  ]);
});
