import { describe, expect, test } from "vitest";
import {
  createServingLog,
  MAX_ENTRIES,
  MAX_UNSENT,
  type ServedCall,
  type UnsentReport,
} from "./serving-log.ts";

const CALL: ServedCall = {
  user: "u1",
  context: "homepage",
  as: "cluster",
  reason: "over-threshold",
  cluster: "esp",
  country: "ES",
  address: "203.0.113.7",
  agent: "browser",
  version: 1,
  slow: false,
};

function setUp(send: (report: UnsentReport) => boolean = () => true, kvReads = () => 0) {
  const sent: UnsentReport[] = [];
  const timers: (() => void)[] = [];
  const work: Promise<unknown>[] = [];
  const log = createServingLog({
    takeSample: () => [],
    kvReads,
    isolate: "i1",
    send: (report) => {
      const stored = send(report);
      if (stored) sent.push(report);
      return Promise.resolve(stored);
    },
    sleep: () => new Promise((resolve) => timers.push(resolve)),
    flushAfterMs: 1000,
  });
  return {
    log,
    sent,
    add: (call: Partial<ServedCall> = {}, nowMs = 0) =>
      log.add({ ...CALL, ...call }, { nowMs, waitUntil: (promise) => work.push(promise) }),
    timeUp: async () => {
      for (const fire of timers.splice(0)) fire();
      await Promise.all(work.splice(0));
    },
  };
}

describe("the serving log of an isolate", () => {
  test("adds up what is equal within a minute, and tells all apart that the report tells apart", async () => {
    const { add, sent, timeUp } = setUp();
    add({}, 59_000);
    add({}, 59_999);
    add({}, 60_000);
    for (const other of [
      { user: "u2" },
      { context: "live" },
      { as: "individual" as const },
      { reason: "deadline" as const },
      { cluster: "bel" },
      { version: 2 },
      { address: "203.0.113.8" },
      { agent: "bot" as const },
    ])
      add(other);
    await timeUp();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.calls.map(({ calls }) => calls)).toEqual([2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(sent[0]?.calls.slice(0, 2).map(({ minute }) => minute)).toEqual([0, 1]);
  });

  test("tells how often it has read KV since the report before, once", async () => {
    let reads = 7;
    let stores = true;
    const { add, sent, timeUp } = setUp(
      () => stores,
      () => reads,
    );
    add();
    await timeUp();
    [reads, stores] = [12, false];
    add();
    await timeUp();
    [reads, stores] = [13, true];
    add();
    await timeUp();
    expect(sent.map(({ head }) => head.kvReads)).toEqual([7, 5, 1]);
  });

  test("numbers its reports and carries running totals, and sends none where nothing was served", async () => {
    const { add, sent, timeUp } = setUp();
    add({}, 200);
    await timeUp();
    add({}, 5000);
    add({}, 5700);
    await timeUp();
    await timeUp();
    expect(sent.map(({ head }) => head)).toEqual([
      { isolate: "i1", sequence: 0, totals: { calls: 1, lost: 0 }, spanMs: [200, 1200], kvReads: 0 },
      { isolate: "i1", sequence: 1, totals: { calls: 3, lost: 0 }, spanMs: [5000, 6000], kvReads: 0 },
    ]);
  });

  test("sends a report again, under its number, until it is stored", async () => {
    let isUp = false;
    const tried: number[] = [];
    const { add, sent, timeUp } = setUp(({ head }) => {
      tried.push(head.sequence);
      return isUp;
    });
    add();
    await timeUp();
    add();
    await timeUp();
    isUp = true;
    add();
    await timeUp();
    expect(tried).toEqual([0, 0, 0, 1, 2]);
    expect(sent.flatMap(({ calls }) => calls.map((call) => call.calls))).toEqual([1, 1, 1]);
  });

  test("goes on after a send, or a timer, that the platform dropped", async () => {
    const sent: number[] = [];
    let hangs = true;
    const never = new Promise<never>(() => undefined);
    const log = createServingLog({
      takeSample: () => [],
      kvReads: () => 0,
      isolate: "i1",
      send: ({ head }) => {
        sent.push(head.sequence);
        return hangs ? never : Promise.resolve(true);
      },
      sleep: () => (sent.length === 0 && hangs ? never : Promise.resolve()),
      flushAfterMs: 1000,
    });
    const work: Promise<unknown>[] = [];
    const add = (nowMs: number): void =>
      log.add(CALL, { nowMs, waitUntil: (promise) => void work.push(promise) });
    add(0);
    expect(sent).toEqual([]);
    add(30_000);
    expect(work).toHaveLength(1);
    hangs = false;
    add(31_000);
    await work.at(-1);
    expect(sent).toEqual([0]);
    // Now one whose send is dropped.
    hangs = true;
    add(40_000);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(sent).toEqual([0, 1]);
    hangs = false;
    add(50_000);
    await work.at(-1);
    expect(sent).toEqual([0, 1]);
    add(80_000);
    await work.at(-1);
    expect(sent).toEqual([0, 1, 1, 2]);
  });

  test("goes at once when it is full", async () => {
    const { add, sent } = setUp();
    for (let user = 0; user < MAX_ENTRIES + 1; user += 1) add({ user: `u${user}` });
    await Promise.resolve();
    expect(sent[0]?.calls).toHaveLength(MAX_ENTRIES);
  });

  test("sends nothing early for a user who comes again and again", async () => {
    const { add, log, sent, timeUp } = setUp();
    for (let call = 0; call < 3 * MAX_ENTRIES; call += 1) add({ user: `u${call % 5}` });
    await Promise.resolve();
    expect(sent).toEqual([]);
    await timeUp();
    expect(sent[0]?.calls.map(({ calls }) => calls)).toEqual(
      Array.from({ length: 5 }, () => (3 * MAX_ENTRIES) / 5),
    );
    expect(log.totals()).toEqual({ calls: 3 * MAX_ENTRIES, lost: 0 });
  });

  test("stays bounded while nothing can be handed over, and counts what it drops", async () => {
    let isUp = false;
    const { add, log, sent, timeUp } = setUp(() => isUp);
    const users = (MAX_UNSENT + 2) * MAX_ENTRIES;
    for (let user = 0; user < users; user += 1) {
      add({ user: `u${user}` });
      if (user % MAX_ENTRIES === MAX_ENTRIES - 1) await timeUp();
    }
    isUp = true;
    add();
    await timeUp();
    await timeUp();
    add();
    await timeUp();
    const arrived = sent.flatMap(({ calls }) => calls).reduce((sum, { calls }) => sum + calls, 0);
    const { calls, lost } = log.totals();
    expect(calls).toBe(users + 2);
    expect(lost).toBeGreaterThan(0);
    expect(arrived + lost).toBe(calls);
  });
});
