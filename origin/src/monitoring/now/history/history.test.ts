import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { packTuple } from "@spillway/shared/sample/packed-tuple.ts";
import { tupleWith } from "@spillway/shared/test/decision-tuple.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { createRoutingGate } from "../../../serving/gate/routing-gate.ts";
import type { NowStored } from "../now.ts";
import { openNow } from "../open-now.ts";

const JUDGED = {
  atMs: 1,
  verdict: "taken",
  sentence: "at least as good",
  users: 240,
  inForce: 0.3,
  anew: 0.31,
  gainAtLeast: 0,
} as const;
const START_MS = Date.parse("2026-07-10T20:00:00Z");
const MINUTE_MS = 60_000;
let nowMs: number;
let store: OperatorStore;
let stored: NowStored;
let process: Awaited<ReturnType<typeof start>>;

/** A process of the origin over the same store; its timers are not waited for. */
async function start(instance = "first", keepDays = 2) {
  const bands = [{ name: "evening", from: "00:00", threshold_per_s: 10 }];
  const routing = { time_zone: "UTC", mode: "auto" as const, deadline_ms: 250, bands, rules: [] };
  const startedMs = nowMs;
  const clocks = { wallMs: () => nowMs, monotonicMs: () => nowMs - startedMs };
  const gate = createRoutingGate(
    { version: 3, routing },
    { ...clocks, maxInFlight: 1000, instances: 1, draw: () => 0.5 },
  );
  const open = new AsyncDisposableStack();
  onTestFinished(() => open.disposeAsync());
  const errors: unknown[] = [];
  const opened = await openNow(
    {
      nowMs: () => nowMs,
      instance: () => instance,
      instances: 1,
      gate,
      isolates: { counts: () => [{ version: 3, isolates: 2 }] },
      pageAge: { read: () => ({ objectiveS: 120, oldestS: 30, medianS: 20, over: 0 }) },
      judged: () => JUDGED,
      stored: () => Promise.resolve(stored),
    },
    { operatorStore: store, keepDays, onError: (error) => errors.push(error) },
    open,
  );
  /** Ends as a stopped process does: what is not stored yet is stored. */
  const stop = async (): Promise<void> => {
    await open.disposeAsync();
    expect(errors).toEqual([]);
  };
  return { ...opened, stop };
}

beforeEach(async () => {
  nowMs = START_MS;
  store = sqliteOperatorStore(openForTest());
  stored = {
    deadLetters: 2,
    unfoldedEvents: 5,
    generation: 9,
    failedCycle: undefined,
    override: undefined,
    changes: [],
    rollout: undefined,
  };
  process = await start();
});

function load(seconds: number, perSec: number): void {
  const fromMs = nowMs;
  for (let at = 0; at < seconds * perSec; at += 1) {
    nowMs = fromMs + Math.floor((at * 1000) / perSec);
    const demand = { isolate: `i${at % 3}`, demandPerSec: perSec, arrivals: 1, collapsed: false };
    if (process.now.gate.request(demand).gate.admitted) process.now.gate.release();
  }
  nowMs = fromMs + seconds * 1000;
}

let sequence = 0;
function report(fromMs: number, calls: Record<string, number>, rule?: string): ServingReport {
  const records = Object.entries(calls).map(([as, count]) => ({
    user: "00ff00ff00ff00ff",
    country: "ES",
    network: "",
    agent: "tv" as const,
    context: "homepage",
    cluster: "esp",
    minute: Math.floor(fromMs / MINUTE_MS),
    as: as as "tailored",
    reason: "over-threshold" as const,
    calls: count,
    version: 3,
    slow: 0,
  }));
  const minute = Math.floor(fromMs / MINUTE_MS);
  const owner = { user: "00ff00ff00ff00ff", network: "" };
  const tuples =
    rule === undefined ? [] : [[packTuple(owner, tupleWith({}, { minute, rule, version: 3 })), 7.5] as const];
  const totals = { calls: 0, lost: 0 };
  const spanMs = [fromMs, fromMs + 10_000] as const;
  return { isolate: "i1", sequence: sequence++, part: 0, parts: 1, totals, spanMs, records, tuples };
}

function take(one: ServingReport): void {
  process.now.reported(one, nowMs);
  process.ruleHits.add(one, nowMs);
}

async function pastOf(untilMs: number) {
  const past = await process.past(untilMs);
  if (past.kind === "unknown") throw new Error(past.reason);
  return past.state;
}

test("a moment of a wall is told hours later as it was, by another process", async () => {
  load(50, 4);
  // As every ten seconds.
  await pastOf(nowMs);
  load(10, 4);
  stored = {
    ...stored,
    override: { mode: "auto", untilMs: START_MS + 600_000, thresholdPerSec: 5, by: "ada", setMs: nowMs },
  };
  load(95, 40);
  take(report(START_MS + 140_000, { individual: 40, tailored: 960 }));
  load(5, 40);
  const wallMs = nowMs;
  const then = await process.now.read();
  expect(then.sentence).toMatch(
    /^Over the threshold for 1 min 40 s: 4.0 % individual, 96 % tailored; nobody/,
  );
  await store.audit.append({
    atMs: wallMs - 5000,
    by: "ada",
    role: "operator",
    via: "token",
    address: undefined,
    action: "mode.force",
    subject: "threshold 5/s",
  });
  expect(await pastOf(wallMs)).toMatchObject({ sentence: then.sentence });
  stored = { ...stored, override: undefined };
  load(60, 3);
  await process.stop();
  nowMs += 3 * 3_600_000;
  process = await start("second");
  const told = await pastOf(wallMs);
  expect(told.changes).toMatchObject([{ by: "ada", subject: "threshold 5/s" }]);
  const { sentence, mode, thresholdPerSec, instance, deadLetters, overSinceMs } = then;
  expect(told).toMatchObject({ sentence, mode, thresholdPerSec, instance, deadLetters, overSinceMs });
  expect(told.model).toEqual(JUDGED);
  expect(told.mode.thresholdPerSec).toBe(5);
  expect(told.seconds.demand.slice(-160)).toEqual(then.seconds.demand);
  expect(told.seconds.admitted.slice(-160)).toEqual(then.seconds.admitted);
  expect(told.seconds.demand).toHaveLength(900);
  expect(told.seconds.demand[0]).toBeNull();
  expect(told.mix.latest).toEqual(then.mix.latest);
  expect((await pastOf(START_MS + 55_000)).sentence).toMatch(/^Under the threshold, 4 requests a second/);
});

test("a process that starts goes on with the minutes of the one before, and with a gap between them", async () => {
  load(120, 4);
  take(report(START_MS + 100_000, { tailored: 500 }, "press"));
  await process.stop();
  nowMs += 30_000;
  process = await start("second");
  load(10, 6);
  const { seconds, mix, overSinceMs } = await process.now.read();
  expect(seconds.fromMs).toBe(START_MS);
  expect(seconds.demand).toEqual([
    ...Array.from({ length: 120 }, () => 4),
    ...Array.from({ length: 30 }, () => null),
    ...Array.from({ length: 10 }, () => 6),
  ]);
  expect(mix.latest.calls.tailored).toBe(500);
  expect(overSinceMs).toBeNull();
  expect(process.ruleHits.sum(0)).toEqual({ pages: 500, rules: [[3, "press", 7.5]] });
  // It is stored with what the first one knew of the same minute.
  await process.stop();
  process = await start("third");
  expect(process.ruleHits.sum(0).rules).toEqual([[3, "press", 7.5]]);
});

test("a minute stays whole when it is no longer among the newest", async () => {
  for (let minute = 0; minute < 20; minute += 1) {
    load(30, 4);
    await pastOf(nowMs);
    load(30, 4);
    await pastOf(nowMs);
  }
  const { seconds } = await pastOf(START_MS + 10 * MINUTE_MS);
  expect(seconds.demand.slice(-600)).toEqual(Array.from({ length: 600 }, () => 4));
  expect(seconds.threshold.slice(-600)).not.toContain(null);
});

test("minutes of another release's form are left out, and the origin starts", async () => {
  load(60, 4);
  await pastOf(nowMs);
  await process.stop();
  await store.nowHistory.put([{ minute: START_MS / MINUTE_MS, facts: '{"form":"of later"}' }]);
  process = await start("second");
  expect((await process.now.read()).seconds.demand).not.toContain(4);
  expect((await process.past(START_MS + 30_000)).kind).toBe("unknown");
});

test("of a time in which the origin was dead, what isolates report later is told, and that it was", async () => {
  load(60, 4);
  await process.stop();
  nowMs += 120_000;
  process = await start("second");
  take(report(START_MS + 110_000, { tailored: 300, cluster: 100 }));
  await pastOf(nowMs);
  const { sentence, origin, seconds } = await pastOf(START_MS + 120_000);
  expect(origin).toMatchObject({
    health: "failing",
    reasons: [
      "nothing is known of it since 20:01:00 UTC: it was not running, or crashed before it had stored more",
    ],
  });
  // Also right after it has ended, and not a second before.
  const after = async (s: number) => (await pastOf(START_MS + 60_000 + s * 1000)).origin.health;
  expect([await after(0), await after(2), await after(3)]).toEqual(["healthy", "healthy", "failing"]);
  expect(sentence).toContain("75 % tailored, 25 % cluster");
  expect(seconds.demand.slice(-60)).toEqual(Array.from({ length: 60 }, () => null));
});

test("says what is not kept, and drops what is old", async () => {
  load(30, 4);
  expect(await process.past(START_MS - 3_600_000)).toEqual({
    kind: "unknown",
    reason: "Nothing is kept of 2026-07-10T19:00:00Z: this origin has kept nothing yet",
  });
  await pastOf(nowMs);
  expect(await process.past(START_MS - 3_600_000)).toEqual({
    kind: "unknown",
    reason: "Nothing is kept of 2026-07-10T19:00:00Z: this origin began to keep it at 2026-07-10T20:00Z",
  });
  await process.stop();
  nowMs += 4 * 86_400_000;
  process = await start("second");
  load(5, 1);
  await pastOf(nowMs);
  expect(await store.nowHistory.oldest()).toBe(Math.floor(nowMs / MINUTE_MS));
  expect(await process.past(START_MS + 30_000)).toMatchObject({
    reason: expect.stringMatching(/begins at 2026-07-14T20:00Z \(NOW_DAYS is 2\)$/),
  });
});

test("a minute is small", async () => {
  load(60, 4);
  await pastOf(nowMs);
  const [row] = await store.nowHistory.between(START_MS / MINUTE_MS, START_MS / MINUTE_MS + 1);
  expect(row?.facts.length).toBeLessThan(8000);
});
