import { describe, expect, test } from "vitest";
import { testEdge, type OriginBehaviour } from "../../test/worker/test-edge.ts";

const event = (id: string, item = "i1") => ({ id, type: "play", item, user: "u", timeMs: 1 });

function deadLetters(refuses = false) {
  const buried: unknown[] = [];
  const queue = {
    send: (body: unknown) => {
      if (refuses) return Promise.reject(new Error("full"));
      buried.push(body);
      return Promise.resolve();
    },
  } as unknown as Queue;
  return { queue, buried };
}

async function consume(
  behaviour: OriginBehaviour,
  bodies: readonly unknown[],
  letters = deadLetters(),
  attempts = 1,
) {
  const edge = testEdge(behaviour, { DEAD_LETTERS: letters.queue, RETRY_BASE_S: "20", RETRY_CAP_S: "60" });
  const acknowledged: string[] = [];
  const retried: { readonly id: string; readonly delaySeconds: number | undefined }[] = [];
  // The test pool's own messages do not tell their delay.
  const messages = bodies.map((body, at): Message => {
    const id = `m${at}`;
    return {
      id,
      timestamp: new Date(),
      attempts,
      body,
      ack: () => void acknowledged.push(id),
      retry: (options) => void retried.push({ id, delaySeconds: options?.delaySeconds }),
    };
  });
  await edge.edge.consume(messages);
  return { acknowledged, retried, edge };
}

describe("the queue's consumer", () => {
  test("posts a batch of messages at once, and acknowledges them when the origin has them", async () => {
    const { acknowledged, retried, edge } = await consume("ok", [
      { events: [event("a"), event("b")] },
      { events: [event("c")] },
    ]);
    expect([acknowledged, retried]).toEqual([["m0", "m1"], []]);
    const requests = await edge.requests();
    expect(requests).toHaveLength(1);
    expect(JSON.parse(requests[0]?.body ?? "{}")).toMatchObject({
      events: [{ id: "a" }, { id: "b" }, { id: "c" }],
    });
  });

  test.each<OriginBehaviour>(["down", "error", "over-threshold", "unproven"])(
    "puts all of them off when the origin is %s",
    async (behaviour) => {
      const bodies = [{ events: [event("a")] }, { events: [event("b")] }];
      const { acknowledged, retried } = await consume(behaviour, bodies, deadLetters(), 3);
      expect(acknowledged).toEqual([]);
      expect(retried).toEqual([
        { id: "m0", delaySeconds: 24 },
        { id: "m1", delaySeconds: 24 },
      ]);
    },
  );

  test.each([
    ["that the origin refuses", { events: [event("bad", "poison")] }],
    ["that is no batch of events", { hello: 1 }],
    ["that no JSON can say", { events: [event("bad"), 1n] }, "[object Object]"],
  ])("buries a message %s, and delivers the others", async (_, poison, asBuried: unknown = poison) => {
    const letters = deadLetters();
    const bodies = [{ events: [event("a")] }, poison, { events: [event("c")] }];
    const { acknowledged, retried, edge } = await consume("ok", bodies, letters);
    expect([acknowledged, retried]).toEqual([["m0", "m1", "m2"], []]);
    expect(letters.buried).toEqual([asBuried]);
    const alone = (await edge.requests()).map(({ body }) => body).filter((body) => !body.includes("poison"));
    expect(alone.map((body) => JSON.parse(body))).toMatchObject([
      { events: [{ id: "a" }] },
      { events: [{ id: "c" }] },
    ]);
  });

  test("keeps a message that the dead letters do not take", async () => {
    const { acknowledged, retried } = await consume("ok", [{ hello: 1 }], deadLetters(true));
    expect([acknowledged, retried]).toEqual([[], [{ id: "m0", delaySeconds: 20 }]]);
  });
});
