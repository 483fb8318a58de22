/** Real processes over a real database with a sample in it. */
import { expect, onTestFinished, test } from "vitest";
import { parseRouting, type Routing } from "@spillway/shared/routing/routing.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { createDryRunner } from "./dry-run-process.ts";

const DAY = Date.parse("2026-07-10T00:00Z") / 86_400_000;

function routing(rules: readonly object[]): Routing {
  const bands = [{ name: "all day", from: "00:00", threshold_per_s: 100 }];
  const parsed = parseRouting({ time_zone: "UTC", bands, rules });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.routing;
}

function tuple(entry: "social" | "direct"): DecisionTuple {
  return {
    minute: DAY * 1440 + 600,
    context: "homepage",
    signals: { ...NO_SIGNALS, entry },
    country: undefined,
    band: "all day",
    as: "individual",
    reason: "admitted",
    cluster: undefined,
    rule: undefined,
    version: 1,
    holdout: false,
    known: true,
    weight: 1,
  };
}

async function store() {
  const path = temporaryPath();
  const database = openForTest(path);
  pushRouting(database, routing([]), "", undefined, 0);
  const tuples = Array.from({ length: 100 }, (_, at) => tuple(at < 25 ? "social" : "direct"));
  const about = {
    day: DAY,
    source: "imported" as const,
    tuples: 100,
    weight: 100,
    withheld: 0,
    complete: true,
    storedMs: 0,
  };
  await sqliteOperatorStore(database).samples.put([{ about, tuples }]);
  return { path, database };
}

const SOCIAL = routing([{ when: { entry: "social" }, then: "tailored" }]);

test("replays the stored sample through the rules in force and the new ones, one dry run at a time", async () => {
  const { path } = await store();
  const runner = createDryRunner(path);
  onTestFinished(runner.stop);
  const first = runner.run({ routing: SOCIAL, atMs: undefined });
  expect(await runner.run({ routing: SOCIAL, atMs: undefined })).toEqual({ kind: "busy" });
  const answer = await first;
  if (answer.kind !== "done") throw new Error(JSON.stringify(answer));
  expect(answer.result.fidelity).toMatchObject({ share: 1, tuples: 100 });
  expect(answer.result.flows.map(({ from, to, share }) => [from, to, share])).toEqual([
    ["individual", "tailored", 0.25],
  ]);
  const again = await runner.run({ routing: SOCIAL, atMs: Date.parse("2026-07-10T10:00Z") });
  expect(again.kind).toBe("done");
});

test("says why it failed, and is ready for the next", async () => {
  const runner = createDryRunner("/nowhere/spillway.db");
  const failed = await runner.run({ routing: SOCIAL, atMs: undefined });
  expect(failed.kind).toBe("failed");
  expect((await runner.run({ routing: SOCIAL, atMs: undefined })).kind).toBe("failed");
});

test("ends with the origin", async () => {
  const { path } = await store();
  const runner = createDryRunner(path);
  const running = runner.run({ routing: SOCIAL, atMs: undefined });
  runner.stop();
  expect(await running).toEqual({ kind: "failed", reason: "the origin ends" });
});
