import { describe, expect, test } from "vitest";
import {
  AGENT_CLASSES,
  LOGGED_AS,
  LOGGED_REASONS,
  type ServingRecord,
  type ServingReport,
} from "@spillway/shared/protocol/serving-log.ts";
import { temporaryPath } from "@spillway/store/test/test-database.ts";
import { pruneServingLog } from "./prune.ts";
import { openServingLogReader } from "./read-serving-log.ts";
import { openServingLog } from "./serving-log.ts";

const MINUTE = 20_000 * 1440 + 1439;
const RECORD: ServingRecord = {
  user: "00ff00ff00ff00ff",
  minute: MINUTE,
  context: "homepage",
  as: "cluster",
  reason: "over-threshold",
  cluster: "esp",
  country: "ES",
  network: "203.0.113.0/24",
  agent: "tv",
  calls: 70_000,
  version: 1,
  slow: 0,
};

function report(sequence: number, records: readonly ServingRecord[], part = 0): ServingReport {
  const calls = 1_000_000 * (sequence + 1);
  return { isolate: "i1", sequence, part, parts: 2, totals: { calls, lost: sequence }, records };
}

type Read = { day: number; user: string; minute: number; served: string; calls: number; names: string };

function readAll(path: string): Read[] {
  const reader = openServingLogReader(path);
  const [names, networks] = [reader.names(), reader.networks()];
  const read: Read[] = [];
  for (const day of reader.days()) {
    reader.eachOfDay(
      day,
      (high, low, minute, as, reason, calls, context, cluster, country, network, agent) => {
        const user = [high, low].map((half) => half.toString(16).padStart(8, "0")).join("");
        const served = `${LOGGED_AS[as]} ${LOGGED_REASONS[reason]} ${AGENT_CLASSES[agent]}`;
        const told = [context, cluster, country].map((number) => names.get(number)).join(" ");
        read.push({ day, user, minute, served, calls, names: `${told} ${networks.get(network)}` });
      },
    );
  }
  reader.close();
  return read;
}

describe("the serving log", () => {
  test("adds up the reads of KV that isolates tell of, once for each report, until the day is dropped", () => {
    const log = openServingLog(":memory:");
    const dayMs = 20_000 * 86_400_000;
    const told = (sequence: number, part: number) => ({ ...report(sequence, [RECORD], part), kvReads: 9 });
    log.store(told(0, 0), dayMs);
    log.store(told(0, 1), dayMs + 59_999);
    log.store(told(0, 1), dayMs + 59_999);
    log.store(told(1, 0), dayMs + 60_000);
    // Of an older worker.
    log.store(report(2, [RECORD]), dayMs);
    const kept = () => log.sqlite.prepare("SELECT reads, calls FROM kv_reads ORDER BY minute").all();
    expect(kept()).toEqual([
      { reads: 9, calls: 140_000 },
      { reads: 9, calls: 70_000 },
    ]);
    pruneServingLog(log, 1, dayMs + 86_400_000);
    expect(kept()).toEqual([]);
    log.close();
  });

  test("keeps every record whole, by user and day", () => {
    const path = temporaryPath();
    const log = openServingLog(path);
    const nextDay = {
      ...RECORD,
      minute: MINUTE + 1,
      as: "individual",
      reason: "admitted",
      calls: 1,
    } as const;
    expect(log.store(report(0, [RECORD, nextDay]), 1)).toBe(true);
    const common = { user: RECORD.user, names: "homepage esp ES 203.0.113.0/24" };
    expect(readAll(path)).toEqual([
      { ...common, day: 20_000, minute: 1439, served: "cluster over-threshold tv", calls: 65_535 },
      { ...common, day: 20_000, minute: 1439, served: "cluster over-threshold tv", calls: 4465 },
      { ...common, day: 20_001, minute: 0, served: "individual admitted tv", calls: 1 },
    ]);
    log.close();
  });

  test("counts each part of a report once, in whatever order and however often it comes", () => {
    const path = temporaryPath();
    const log = openServingLog(path);
    const one = { ...RECORD, calls: 1 };
    expect(log.store(report(1, [one], 1), 5)).toBe(true);
    expect(log.store(report(0, [one]), 6)).toBe(true);
    expect(log.store(report(1, [one], 1), 7)).toBe(false);
    expect(log.store(report(1, [one], 0), 8)).toBe(true);
    expect(readAll(path)).toHaveLength(3);
    log.close();
    const reader = openServingLogReader(path);
    expect(reader.gaps(8, 9)).toEqual({
      isolates: 1,
      callsCounted: 2_000_000,
      callsArrived: 3,
      callsLost: 1,
    });
    expect([reader.gaps(9, 10).isolates, reader.gaps(0, 5).isolates]).toEqual([0, 0]);
    reader.close();
  });

  test("forgets a backlog in short turns", () => {
    const log = openServingLog(temporaryPath());
    log.sqlite.transaction(() => {
      for (let sequence = 0; sequence < 20_000; sequence += 1) log.store(report(sequence, [RECORD]), 0);
    })();
    const dropped: number[] = [];
    do dropped.push(pruneServingLog(log, 1, 1e15));
    while ((dropped.at(-1) ?? 0) > 0);
    expect(dropped.reduce((sum, some) => sum + some, 0)).toBe(20_001);
    expect(dropped.length).toBeGreaterThan(2);
    log.close();
  });

  test("forgets days that are too old, and their isolates", () => {
    const path = temporaryPath();
    const log = openServingLog(path);
    const dayMs = 86_400_000;
    log.store(report(0, [RECORD]), 20_000 * dayMs);
    log.store({ ...report(0, [{ ...RECORD, minute: 20_001 * 1440 }]), isolate: "i2" }, 20_001 * dayMs);
    const reader = openServingLogReader(path);
    pruneServingLog(log, 2, 20_001 * dayMs);
    expect([reader.days(), reader.gaps(0, Infinity).isolates]).toEqual([[20_000, 20_001], 2]);
    pruneServingLog(log, 1, 20_001 * dayMs);
    expect([reader.days(), reader.gaps(0, Infinity).isolates]).toEqual([[20_001], 1]);
    reader.close();
    log.close();
  });
});
