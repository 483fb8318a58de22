import { expect, test } from "vitest";
import { createMetrics } from "../monitoring/metrics.ts";
import { createTimeBudget } from "../serving/gate/time-budget.ts";
import { allLetters } from "@spillway/store/events/dead-letters.ts";
import { eventsAfter } from "@spillway/store/events/events.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { behindSignature, createTestEdge, type EdgeAnswer } from "../../test/test-edge.ts";
import { deadLettersRoutes } from "./dead-letters.ts";
import { NO_ROLLOUTS } from "../../test/test-rollouts.ts";

const NOW_MS = 1_800_000_000_000;

function setUp() {
  const database = openForTest();
  const routes = deadLettersRoutes({
    database,
    metrics: createMetrics(),
    nowMs: () => NOW_MS,
    rollouts: NO_ROLLOUTS,
    eventsBudget: createTimeBudget(1, () => 0),
  });
  const edge = createTestEdge(
    behindSignature(routes, () => NOW_MS),
    () => NOW_MS,
  );
  const post = async (body: string, token?: string): Promise<EdgeAnswer> =>
    edge.call("/dead-letters", { method: "POST", body, ...(token !== undefined && { token }) });
  return { database, post };
}

function event(id: string, type = "play"): object {
  return { id, type, item: "m1", user: "u1", timeMs: Date.UTC(2026, 6, 10) };
}

test("stores the good events of a letter at once, and keeps the others with the reason", async () => {
  const { database, post } = setUp();
  const letters = [
    { events: [event("a"), event("b", "stare"), event("c")] },
    "no batch",
    { events: [event("a")] },
  ];
  const { response, proven } = await post(JSON.stringify({ letters }));
  expect([response.status, await response.json()]).toEqual([202, { inserted: 2, duplicates: 1, kept: 2 }]);
  expect(proven).toBe(true);
  expect(eventsAfter(database, 0, 9).map(({ id }) => id)).toEqual(["a", "c"]);
  const kept = allLetters(database, true);
  expect(kept.map(({ body }) => JSON.parse(body))).toEqual(
    expect.arrayContaining(["no batch", { events: [event("b", "stare")] }]),
  );
  expect(kept.map(({ reason }) => reason).join()).toMatch(/events\[0\]\.type: /);
});

test("keeps a letter that comes twice once", async () => {
  const { database, post } = setUp();
  await post('{"letters":[{"hello":1}]}');
  expect(await (await post('{"letters":[{"hello":1},{"hello":2}]}')).response.json()).toMatchObject({
    kept: 1,
  });
  expect(allLetters(database, true)).toHaveLength(2);
});

test.each([
  ["no letters", "{}", 400],
  ["more than 2 MB", JSON.stringify({ letters: ["x".repeat(2 * 1024 * 1024)] }), 413],
])("refuses %s", async (_, body, status) => {
  expect((await setUp().post(body)).response.status).toBe(status);
});

test("refuses whoever is not our edge, without a proof", async () => {
  const { database, post } = setUp();
  const { response, proven } = await post('{"letters":[1]}', "forged-token-0123456789");
  expect([response.status, proven]).toEqual([401, false]);
  expect(allLetters(database, false)).toEqual([]);
});
