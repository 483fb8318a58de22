import { beforeEach, describe, expect, test } from "vitest";
import type { NowState } from "@spillway/shared/protocol/now-state.ts";
import type { ServingRecord, ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import type { IsolateVersions } from "../../rollout/isolate-versions.ts";
import { createRoutingGate } from "../../serving/gate/routing-gate.ts";
import { createNow, type Now, type NowStored } from "./now.ts";

const START_MS = Date.parse("2026-07-10T20:00:00Z");
let nowMs: number;
let stored: NowStored;
let reads: number;
let now: Now;
let counts: ReturnType<IsolateVersions["counts"]>;

function origin(threshold: number): void {
  const bands = [{ name: "all day", from: "00:00", threshold_per_s: threshold }];
  const routing = { time_zone: "UTC", mode: "auto" as const, deadline_ms: 250, bands, rules: [] };
  const clocks = { wallMs: () => nowMs, monotonicMs: () => nowMs - START_MS };
  const gate = createRoutingGate(
    { version: 3, routing },
    { ...clocks, maxInFlight: 1000, instances: 1, draw: () => 0.5 },
  );
  now = createNow({
    nowMs: () => nowMs,
    instance: () => "here",
    instances: 1,
    gate,
    isolates: { counts: () => counts },
    pageAge: { read: () => ({ objectiveS: 120, oldestS: 30, medianS: 20, over: 0 }) },
    stored: () => {
      reads += 1;
      return Promise.resolve(stored);
    },
  });
}

beforeEach(() => {
  nowMs = START_MS;
  reads = 0;
  counts = [];
  stored = {
    deadLetters: 2,
    unfoldedEvents: 5,
    generation: 9,
    failedCycle: undefined,
    override: undefined,
    changes: [],
    rollout: undefined,
  };
  origin(10);
});

/** `perSec` evenly spread requests for each of some seconds, each standing for `arrivals`. */
function load(seconds: number, perSec: number, arrivals = 1): void {
  const fromMs = nowMs;
  for (let at = 0; at < seconds * perSec; at += 1) {
    nowMs = fromMs + Math.floor((at * 1000) / perSec);
    const demand = { isolate: `i${at % 3}`, demandPerSec: perSec * arrivals, arrivals, collapsed: false };
    if (now.gate.request(demand).gate.admitted) now.gate.release();
  }
  nowMs = fromMs + seconds * 1000;
}

let sequence = 0;
function report(
  calls: Partial<Record<ServingRecord["as"], number>>,
  more: Partial<ServingReport> = {},
  reason: ServingRecord["reason"] = "over-threshold",
): ServingReport {
  const from = { user: "00ff00ff00ff00ff", country: "ES", network: "", agent: "tv" } as const;
  const records = Object.entries(calls).map(([as, count]) => ({
    ...from,
    context: "homepage",
    cluster: "esp",
    minute: 0,
    as: as as ServingRecord["as"],
    reason,
    calls: count,
    version: 3,
    slow: 0,
  }));
  const totals = { calls: 0, lost: 0 };
  return { isolate: "i1", sequence: sequence++, part: 0, parts: 1, totals, records, ...more };
}

function parse(bytes: Buffer): NowState {
  return JSON.parse(bytes.toString("utf8")) as NowState;
}

function sum(numbers: readonly (number | null)[]): number {
  return numbers.reduce<number>((total, count) => total + (count ?? 0), 0);
}

describe("by the second", () => {
  test("counts demand, what is offered and what is admitted", async () => {
    load(3, 5, 2);
    const { seconds, atMs, thresholdPerSec } = await now.read();
    expect(atMs).toBe(START_MS + 3000);
    expect(seconds).toEqual({
      fromMs: START_MS,
      demand: [10, 10, 10],
      offered: [5, 5, 5],
      admitted: [5, 5, 5],
      threshold: [10, 10, 10],
    });
    expect(thresholdPerSec).toBe(10);
  });

  test("never admits more than the gate, and says since when demand has been over", async () => {
    load(5, 4);
    expect((await now.read()).overSinceMs).toBeNull();
    load(20, 300);
    const { seconds, overSinceMs, sentence } = await now.read();
    expect(seconds.offered.slice(-20)).toEqual(Array.from({ length: 20 }, () => 300));
    for (const admitted of seconds.admitted) expect(admitted).toBeLessThanOrEqual(11);
    expect(overSinceMs).toBeGreaterThanOrEqual(START_MS + 5000);
    expect(overSinceMs).toBeLessThanOrEqual(START_MS + 7000);
    expect(sentence).toMatch(/^Over the threshold for (18|19|20) s, 300 requests a second/);
  });

  test("a wall that has ended is over no more, also where nobody comes after it", async () => {
    load(10, 300);
    expect((await now.read()).overSinceMs).not.toBeNull();
    nowMs += 4000;
    expect((await now.read()).overSinceMs).toBeNull();
    expect((await now.read()).seconds.demand.slice(-4)).toEqual([0, 0, 0, 0]);
  });

  test("a short dip doesn't end it", async () => {
    load(10, 300);
    const since = (await now.read()).overSinceMs;
    nowMs += 1000;
    load(5, 300);
    expect((await now.read()).overSinceMs).toBe(since);
  });

  test("the second that has only begun is in none", async () => {
    load(1, 7);
    nowMs += 400;
    now.gate.request();
    expect((await now.read()).seconds.offered).toEqual([7]);
  });

  test("keeps 15 minutes, also after a gap of hours", async () => {
    load(2, 6);
    nowMs += 3 * 3_600_000;
    load(1, 8);
    const { seconds, atMs } = await now.read();
    expect(seconds.offered).toHaveLength(900);
    expect(seconds.fromMs).toBe(atMs - 900_000);
    expect(sum(seconds.offered)).toBe(8);
    expect(seconds.offered.at(-1)).toBe(8);
  });

  test("where isolates forward nothing, demand is unknown and not zero", async () => {
    origin(0);
    nowMs += 2000;
    expect((await now.read()).seconds.demand).toEqual([null, null]);
  });

  test("a clock that is set back a little loses nothing", async () => {
    load(2, 6);
    nowMs -= 1500;
    now.gate.request();
    nowMs += 2500;
    expect(sum((await now.read()).seconds.offered)).toBe(13);
  });
});

describe("the rung mix", () => {
  test("is counted in the steps that a report covers", async () => {
    nowMs = START_MS + 25_000;
    now.reported(
      report({ tailored: 80, cluster: 20, none: 7 }, { spanMs: [START_MS + 5000, START_MS + 15_000] }),
      nowMs,
    );
    const { mix, queue } = await now.read();
    const at = (ms: number) => (ms - mix.fromMs) / 10_000;
    expect(mix.calls.tailored[at(START_MS)]).toBe(40);
    expect(mix.calls.tailored[at(START_MS + 10_000)]).toBe(40);
    expect(sum(mix.calls.tailored)).toBe(80);
    expect(sum(mix.calls.cluster)).toBe(20);
    expect(mix.untilMs).toBe(START_MS + 15_000);
    expect(queue.lagS).toBe(10);
  });

  test("shares are those of the newest step, or of the last minute where it has few", async () => {
    nowMs = START_MS + 40_000;
    now.reported(report({ individual: 500 }, { spanMs: [START_MS, START_MS + 10_000] }), nowMs);
    now.reported(report({ tailored: 500 }, { spanMs: [START_MS + 20_000, START_MS + 30_000] }), nowMs);
    expect((await now.read()).mix.latest).toMatchObject({
      calls: { individual: 0, tailored: 500 },
      spanMs: 10_000,
    });
    origin(10);
    now.reported(report({ individual: 6 }, { spanMs: [START_MS, START_MS + 10_000] }), nowMs);
    now.reported(report({ tailored: 6 }, { spanMs: [START_MS + 20_000, START_MS + 30_000] }), nowMs);
    expect((await now.read()).mix.latest).toMatchObject({ calls: { individual: 6, tailored: 6 } });
  });

  test("an isolate's clock that is ahead, and one that doesn't say, count until now", async () => {
    nowMs = START_MS + 20_000;
    now.reported(report({ cluster: 10 }, { spanMs: [START_MS + 50_000, START_MS + 60_000] }), nowMs);
    now.reported(report({ cluster: 10 }), nowMs);
    const { mix } = await now.read();
    expect(sum(mix.calls.cluster)).toBe(20);
    expect(mix.untilMs).toBe(nowMs);
  });

  test("isolates that the origin failed make it a failing one", async () => {
    nowMs = START_MS + 20_000;
    now.reported(report({ individual: 90 }, {}, "admitted"), nowMs);
    now.reported(report({ cluster: 10 }, {}, "origin-unreachable"), nowMs);
    const { origin: health, mix } = await now.read();
    expect(mix.latest.originFailed).toBe(10);
    expect(health.health).toBe("failing");
  });

  test("what they saw before this process ran says nothing of it", async () => {
    nowMs = START_MS + 20_000;
    const before = { spanMs: [START_MS - 20_000, START_MS - 10_000] } as const;
    now.reported(report({ cluster: 10 }, before, "origin-unreachable"), nowMs);
    expect((await now.read()).origin.health).toBe("healthy");
  });
});

test("isolates are told by what they obey", async () => {
  counts = [
    { version: 4, candidate: 5, isolates: 2 },
    { version: undefined, candidate: undefined, isolates: 1 },
  ];
  expect((await now.read()).isolates).toEqual({
    heard: 3,
    byVersion: [
      { version: 4, candidate: 5, isolates: 2 },
      { version: null, candidate: null, isolates: 1 },
    ],
  });
});

describe("for many who look", () => {
  test("the same second is the same bytes, and the database is read once", async () => {
    load(20, 5);
    const first = await now.bytes(undefined);
    nowMs += 300;
    for (let console = 0; console < 20; console += 1) expect(await now.bytes(undefined)).toBe(first);
    const since = START_MS + 19_000;
    expect(await now.bytes(since)).toBe(await now.bytes(START_MS + 18_000));
    expect(reads).toBe(1);
    nowMs += 1000;
    expect(await now.bytes(undefined)).not.toBe(first);
    expect(reads).toBe(2);
  });

  test("an increment continues what was read, and is small", async () => {
    load(900, 5);
    const whole = parse(await now.bytes(undefined));
    load(3, 5);
    const bytes = await now.bytes(whole.atMs);
    const increment = parse(bytes);
    expect(increment.seconds.fromMs).toBeLessThanOrEqual(whole.atMs);
    expect(bytes.length * 4).toBeLessThan((await now.bytes(undefined)).length);
    expect(increment.deadLetters).toBe(2);
  });

  test("who missed more than an increment gets all of it, and so does who knows the future", async () => {
    load(60, 5);
    expect(parse(await now.bytes(START_MS + 30_000)).seconds.offered).toHaveLength(60);
    expect(parse(await now.bytes(START_MS + 90_000)).seconds.offered).toHaveLength(60);
  });
});
