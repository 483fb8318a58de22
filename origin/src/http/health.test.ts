import { describe, expect, test } from "vitest";
import { failGeneration, finishGeneration, startGeneration } from "@spillway/store/pages/generations.ts";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { item, NOW_MS, setUp } from "../../test/test-admin.ts";

describe("GET /health", () => {
  test("answers before anything was built", async () => {
    const { health } = setUp();
    expect(await (await health.request("/health")).json()).toEqual({
      ok: true,
      pid: process.pid,
      routingVersion: 0,
      items: 0,
      users: 0,
      events: 0,
      now: "2026-07-10T20:00:00.000Z",
    });
  });

  test("tells how far a running cycle is", async () => {
    const { health, cycle } = setUp();
    cycle.mockReturnValue({ stage: "pages", done: 3, total: 40 });
    expect(await (await health.request("/health")).json()).toMatchObject({
      cycle: { stage: "pages", done: 3, total: 40 },
    });
  });

  test("tells the age of what is served and why the last cycle failed", async () => {
    const { database, health } = setUp();
    upsertItems(database, [item("a")], "api", 1);
    finishGeneration(database, startGeneration(database, "cadence", 1), { pages: 3 }, NOW_MS - 90_500);
    failGeneration(database, startGeneration(database, "editorial", 2), "KV is away", NOW_MS);
    expect(await (await health.request("/health")).json()).toMatchObject({
      ok: true,
      generation: 1,
      generationAgeS: 90,
      items: 1,
      lastCycle: { state: "failed", reason: "editorial", error: "KV is away" },
    });
  });
});
