/** A cycle that trains on what a bad import has left: the model in force stays, and the report says so. */
import { packHistory } from "@spillway/model/profile/history.ts";
import { inlinePool } from "@spillway/model/workers/pool.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { latestGenerations } from "@spillway/store/pages/generations.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { expect, onTestFinished, test } from "vitest";
import { teamItem } from "../../../test/fans.ts";
import { memoryKv } from "../../kv/memory.ts";
import { readAudience } from "../ingest/read-audience.ts";
import { runCycle } from "../process/cycle.ts";
import { storedTraining } from "./stored-training.ts";
import type { CycleState } from "./follow-audience.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const DAY_MS = 24 * 3600 * 1000;
const USERS = 3000;
const ITEMS = 60;

test("the model in force stays where the audience's last day speaks against the new one", async () => {
  const database = openForTest(":memory:");
  onTestFinished(() => database.close());
  upsertItems(
    database,
    Array.from({ length: ITEMS }, (_, at) => teamItem("ESP", at)),
    "import",
    NOW_MS,
  );
  const catalogue = allItems(database);
  const draw = seededRandom(3);
  const any = (): number => Math.floor(draw() * ITEMS);
  /**
   * Whoever has watched two titles in a row goes on with the next: today's play follows from the old ones.
   */
  const profileOf = (user: number, follows: boolean) => {
    const first = user % (ITEMS - 2);
    const rows = follows ? [first + 2, first + 1, first] : [any(), any(), first];
    const history = rows.map((row, at) => ({
      item: catalogue[row]?.seq ?? 0,
      weight: 1,
      timeMs: NOW_MS - (at === 0 ? DAY_MS / 2 : (10 + user) * DAY_MS + at),
    }));
    const own = [...new Map(history.map((entry) => [entry.item, entry])).values()];
    return {
      user: `u${user}`,
      history: packHistory(own),
      signals: null,
      visits: 1,
      source: "import" as const,
      updatedMs: 0,
    };
  };
  putProfiles(
    database,
    Array.from({ length: USERS }, (_, user) => profileOf(user, true)),
  );
  let state: CycleState | undefined;
  const run = (nowMs: number) =>
    runCycle(
      {
        database,
        kv: memoryKv(),
        now: () => nowMs,
        maxLeaves: 2,
        trainCadenceMs: 0,
        onStored: (left) => void (state = left),
      },
      "test",
      { refreshState: state },
    );
  expect((await run(NOW_MS)).guard).toBeUndefined();
  expect((await run(NOW_MS + 60_000)).guard).toMatchObject({ verdict: "taken" });
  const { heldOut = new Uint16Array(0) } = await readAudience({
    database,
    catalogue,
    contentNowMs: NOW_MS,
    pool: inlinePool,
  });
  const columns = state?.learned.columns;
  // The import has mixed up everybody's titles but those of the few that the guard looks at.
  putProfiles(
    database,
    Array.from(heldOut, (count, user) => profileOf(user, count > 0)),
  );
  const report = await run(NOW_MS + 120_000);
  expect(report.guard).toMatchObject({ verdict: "stays" });
  expect(report.guard?.users).toBeGreaterThan(100);
  expect(report.training).toMatch(
    /^trained, since .*; not taken, the model in force stays: NDCG@10 0\.\d+ after/,
  );
  expect(state?.learned.columns).toBe(columns);
  // The next process has it too, and it counts as judged until the next training is due.
  expect(storedTraining(database)).toMatchObject({ trainedMs: NOW_MS + 120_000 });
  const stopped = runCycle(
    {
      database,
      kv: memoryKv(),
      now: () => NOW_MS + 180_000,
      maxLeaves: 2,
      trainCadenceMs: 0,
      signal: AbortSignal.abort(new Error("stopped")),
    },
    "test",
    { training: storedTraining(database) },
  );
  await expect(stopped).rejects.toThrow("stopped");
  // What somebody has stopped has not failed, and leaves the model as it was.
  expect(latestGenerations(database, 1)).not.toMatchObject([{ state: "failed" }]);
  expect(storedTraining(database)).toMatchObject({ trainedMs: NOW_MS + 120_000 });
});
