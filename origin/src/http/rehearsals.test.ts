/** The routes over real processes. */
import { expect, onTestFinished, test } from "vitest";
import type { ReportView } from "@spillway/kit/charts/report-view.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { admin, NOW_MS } from "../../test/test-admin.ts";
import { testOperators } from "../../test/test-operators.ts";
import type { StartedRehearsal } from "../rehearsals/messages.ts";
import { createRehearsals } from "../rehearsals/rehearsals.ts";
import { rehearsalsRoutes } from "./rehearsals.ts";

const SMALL = { scenario: "kickoff", thresholdPerSec: 400, locations: 50, peak: 20 };

function setUp() {
  const rehearsals = createRehearsals(() => NOW_MS);
  onTestFinished(rehearsals.stop);
  const { around } = testOperators(openForTest(), () => NOW_MS);
  const routes = around(rehearsalsRoutes({ rehearsals }));
  const ask = async (method: string, path: string, body?: unknown) =>
    routes.request(path, admin(method, body));
  const start = async (asked: object) =>
    (await (await ask("POST", "/rehearsals", asked)).json()) as StartedRehearsal;
  const result = async (id: string) =>
    (await (await ask("GET", `/rehearsals/result?id=${id}`)).json()) as StartedRehearsal & {
      view?: ReportView;
    };
  return { ask, start, result };
}

test("plays one at a time, and says what came of it as the command does", async () => {
  const { ask, start, result } = setUp();
  const started = await start(SMALL);
  expect(started).toMatchObject({
    by: "admin",
    command: "pnpm rehearse --scenario kickoff --threshold 400 --peak 20 --locations 50",
    state: { kind: "running" },
  });
  expect((await ask("POST", "/rehearsals", SMALL)).status).toBe(503);
  await expect
    .poll(async () => (await result(started.id)).state.kind, { timeout: 60_000 })
    .not.toBe("running");
  const { state, view } = await result(started.id);
  expect(state).toMatchObject({ kind: "done", holds: true });
  expect(state).toHaveProperty(
    "sentence",
    expect.stringMatching(
      /^At 400 a second every promise of kickoff holds: in the worst second \d+ requests/,
    ),
  );
  const promises = view?.sections.find(({ heading }) => heading === "Promises");
  expect(promises?.table?.rows.map((row) => row.at(-1))).toEqual(Array.from({ length: 7 }, () => "kept"));
  expect(view?.sections[0]?.chart?.levels).toEqual([{ value: 400, label: "threshold T" }]);
  const { rehearsals } = (await (await ask("GET", "/rehearsals")).json()) as {
    rehearsals: StartedRehearsal[];
  };
  expect(rehearsals.map(({ id }) => id)).toEqual([started.id]);
});

test("is cancelled, and the next begins", async () => {
  const { ask, start, result } = setUp();
  const { id } = await start({ scenario: "strategies" });
  expect(await (await ask("POST", "/rehearsals/cancel", { id })).json()).toEqual({ cancelled: true });
  expect((await result(id)).state).toEqual({ kind: "cancelled" });
  expect((await ask("POST", "/rehearsals/cancel", { id })).status).toBe(404);
  await expect.poll(async () => (await ask("POST", "/rehearsals", SMALL)).status).toBe(202);
});

test.each([
  [{}, "scenario"],
  [{ scenario: "trace" }, "scenario"],
  [{ scenario: "kickoff", thresholdPerSec: 0 }, "thresholdPerSec"],
  [{ scenario: "kickoff", originInstances: 1.5 }, "originInstances"],
  [{ scenario: "kickoff", viewers: "new=0.5" }, "viewers"],
  [{ scenario: "day", viewers: "new=1" }, "viewers"],
  [{ scenario: "kickoff", armed: "yes" }, "armed"],
  [{ scenario: "origin-down", armed: true }, "armed"],
  [{ scenario: "strategies", armed: true }, "armed"],
  [{ scenario: "strategies", base: 20 }, "peak"],
  // More than may be played beside a serving origin.
  [{ scenario: "kickoff", thresholdPerSec: 50_000 }, "peak"],
  [{ scenario: "kickoff", isolatePerSec: 0.1 }, "isolatePerSec"],
])("%j is refused for %s", async (asked, key) => {
  const refused = await setUp().ask("POST", "/rehearsals", asked);
  expect(refused.status).toBe(400);
  const { errors } = (await refused.json()) as { errors: { key: string }[] };
  expect(errors[0]?.key).toBe(key);
});
