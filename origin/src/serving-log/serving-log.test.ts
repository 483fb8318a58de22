import { describe, expect, test } from "vitest";
import {
  AGENT_CLASSES,
  LOGGED_AS,
  LOGGED_REASONS,
  type ServingRecord,
  type ServingReport,
} from "@spillway/shared/serving-log.ts";
import { eachEntry } from "./entries.ts";
import { openServingLog, type ServingLog } from "./serving-log.ts";

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
};

function report(sequence: number, records: readonly ServingRecord[], part = 0): ServingReport {
  const calls = 1_000_000 * (sequence + 1);
  return { isolate: "i1", sequence, part, parts: 2, totals: { calls, lost: sequence }, records };
}

type Read = { day: number; user: string; minute: number; served: string; calls: number; names: string };

function readAll({ sqlite }: ServingLog): Read[] {
  const names = new Map(
    sqlite
      .prepare<[], { number: number; name: string }>("SELECT * FROM names")
      .all()
      .map((row) => [row.number, row.name]),
  );
  const rows = sqlite
    .prepare<[], { day: number; user: Buffer; entries: Buffer }>("SELECT * FROM user_days ORDER BY day, user")
    .all();
  return rows.flatMap(({ day, user, entries }) => {
    const read: Read[] = [];
    eachEntry(entries, (minute, as, reason, calls, context, cluster, country, network, agent) => {
      const served = `${LOGGED_AS[as]} ${LOGGED_REASONS[reason]} ${AGENT_CLASSES[agent]}`;
      const told = [context, cluster, country, network].map((number) => names.get(number)).join(" ");
      read.push({ day, user: user.toString("hex"), minute, served, calls, names: told });
    });
    return read;
  });
}

describe("the serving log", () => {
  test("keeps every record whole, by user and day", () => {
    const log = openServingLog(":memory:");
    const nextDay = {
      ...RECORD,
      minute: MINUTE + 1,
      as: "individual",
      reason: "admitted",
      calls: 1,
    } as const;
    expect(log.store(report(0, [RECORD, nextDay]), 1)).toBe(true);
    const common = { user: RECORD.user, names: "homepage esp ES 203.0.113.0/24" };
    expect(readAll(log)).toEqual([
      { ...common, day: 20_000, minute: 1439, served: "cluster over-threshold tv", calls: 65_535 },
      { ...common, day: 20_000, minute: 1439, served: "cluster over-threshold tv", calls: 4465 },
      { ...common, day: 20_001, minute: 0, served: "individual admitted tv", calls: 1 },
    ]);
    log.close();
  });

  test("counts each part of a report once, in whatever order and however often it comes", () => {
    const log = openServingLog(":memory:");
    const one = { ...RECORD, calls: 1 };
    expect(log.store(report(1, [one], 1), 5)).toBe(true);
    expect(log.store(report(0, [one]), 6)).toBe(true);
    expect(log.store(report(1, [one], 1), 7)).toBe(false);
    expect(log.store(report(1, [one], 0), 8)).toBe(true);
    expect(readAll(log)).toHaveLength(3);
    expect(log.sqlite.prepare("SELECT * FROM isolates").all()).toEqual([
      { isolate: "i1", calls: 2_000_000, lost: 1, arrived: 3, first_ms: 5, last_ms: 8 },
    ]);
    log.close();
  });
});
