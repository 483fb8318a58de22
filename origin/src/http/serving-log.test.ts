import { expect, onTestFinished, test } from "vitest";
import { packServingReport, type ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { createMetrics } from "../monitoring/metrics.ts";
import { openServingLogReader } from "../serving-log/read-serving-log.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import { createTimeBudget } from "../serving/gate/time-budget.ts";
import { temporaryPath } from "@spillway/store/test/test-database.ts";
import { disableBusyWaiting } from "@spillway/store/write-queue.ts";
import { behindSignature, createTestEdge, EDGE_TOKEN, type EdgeAnswer } from "../../test/test-edge.ts";
import { servingLogRoutes } from "./serving-log.ts";
import { createIsolateVersions } from "../rollout/isolate-versions.ts";

const NOW_MS = 1_800_000_000_000;
const DAY = Math.floor(NOW_MS / 86_400_000);

function report(sequence: number): ServingReport {
  const record = { context: "homepage", as: "cluster", reason: "over-threshold", cluster: "esp" } as const;
  const from = { user: "00ff00ff00ff00ff", country: "ES", network: "203.0.113.0/24", agent: "tv" } as const;
  const records = [{ ...record, ...from, minute: DAY * 1440 + 7, calls: 2, version: 1, slow: 0 }];
  return { isolate: "i1", sequence, part: 0, parts: 1, totals: { calls: 2, lost: 0 }, records };
}

function setUp() {
  const path = temporaryPath();
  const servingLog = openServingLog(path);
  onTestFinished(servingLog.close);
  disableBusyWaiting(servingLog);
  const onReport: number[] = [];
  const routes = servingLogRoutes({
    servingLog,
    isolateVersions: createIsolateVersions(),
    metrics: createMetrics(),
    nowMs: () => NOW_MS,
    onReport: (stored) => void onReport.push(stored.sequence),
    eventsBudget: createTimeBudget(1, () => 0),
  });
  const edge = createTestEdge(
    behindSignature(routes, () => NOW_MS),
    () => NOW_MS,
  );
  const post = async (body: string, token?: string): Promise<EdgeAnswer> =>
    edge.call("/serving-log", { method: "POST", body, ...(token !== undefined && { token }) });
  const storedCalls = (): number => {
    const reader = openServingLogReader(path);
    let sum = 0;
    reader.eachOfDay(DAY, (_high, _low, _minute, _as, _reason, calls) => (sum += calls));
    reader.close();
    return sum;
  };
  return { post, storedCalls, path, onReport };
}

test("stores reports, each once, and what is none costs only itself", async () => {
  const { post, storedCalls, onReport } = setUp();
  const [good, next] = [packServingReport(report(0)), packServingReport(report(1))];
  const reports = [good, { ...good, names: [] }, null, { hello: 1 }, next, good];
  const { response, proven } = await post(JSON.stringify({ reports }));
  expect([response.status, await response.json()]).toEqual([202, { stored: 2, duplicate: 1, invalid: 3 }]);
  expect(proven).toBe(true);
  expect(storedCalls()).toBe(4);
  expect(onReport).toEqual([0, 1]);
});

test("waits for another's transaction while the event loop turns", async () => {
  const { post, storedCalls, path } = setUp();
  const other = openServingLog(path);
  onTestFinished(other.close);
  other.sqlite.exec("BEGIN IMMEDIATE");
  let isAnswered = false;
  const answer = post(JSON.stringify({ reports: [packServingReport(report(0))] })).finally(
    () => (isAnswered = true),
  );
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 5);
  await new Promise((resolve) => setTimeout(resolve, 500));
  clearInterval(turning);
  expect(isAnswered).toBe(false);
  // 100 without any load, and fewer on a busy machine; a write that blocked would leave one or two.
  expect(turns).toBeGreaterThan(5);
  other.sqlite.exec("COMMIT");
  expect((await answer).response.status).toBe(202);
  expect(storedCalls()).toBe(2);
});

test.each([
  ["no reports", "{}", EDGE_TOKEN, 400],
  ["no JSON", "{", EDGE_TOKEN, 400],
  ["a stranger", '{"reports":[]}', "edge-token-of-a-stranger", 401],
])("refuses %s", async (_, body, token, status) => {
  const { post, storedCalls } = setUp();
  expect((await post(body, token)).response.status).toBe(status);
  expect(storedCalls()).toBe(0);
});
