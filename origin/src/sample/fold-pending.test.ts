import { tupleWith } from "@spillway/shared/test/decision-tuple.ts";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { packTuple } from "@spillway/shared/sample/packed-tuple.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { eraseUserData } from "../identity/user-data.ts";
import { openServingLog, type ServingLog } from "../serving-log/serving-log.ts";
import { createFoldPending, type FoldPending } from "./fold-pending.ts";
import { createPendingSample, readPending, type ArrivedTuples } from "./pending-sample.ts";

const DAY = 20_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const hash = createUserHash("a secret for this test");

const TUPLE: Omit<DecisionTuple, "weight" | "folded"> = tupleWith({}, { minute: DAY * 1440 + 600 });

let servingLog: ServingLog;
let database: ReturnType<typeof openForTest>;
let arrived: ArrivedTuples[];
let foldPending: FoldPending;
let sequence: number;

beforeEach(() => {
  arrived = [];
  sequence = 0;
  database = openForTest();
  servingLog = openServingLog(temporaryPath(), {
    draw: seededRandom(35),
    onTuples: (one) => void arrived.push(one),
  });
  onTestFinished(servingLog.close);
  foldPending = createFoldPending(servingLog.sqlite, samples(), 14);
});

function samples() {
  return sqliteOperatorStore(database).samples;
}

function reportOf(users: readonly string[], change: Partial<DecisionTuple> = {}, weight = 2): ServingReport {
  sequence += 1;
  return {
    isolate: "i1",
    sequence,
    part: 0,
    parts: 1,
    totals: { calls: 0, lost: 0 },
    records: [],
    tuples: users.map((user) => [
      packTuple({ user: hash(user), network: "" }, { ...TUPLE, ...change }),
      weight,
    ]),
  };
}

function people(count: number, name = "u"): string[] {
  return Array.from({ length: count }, (_, at) => `${name}${at}`);
}

function stored(): Promise<DecisionTuple[]> {
  return Array.fromAsync(samples().tuples(0, Number.MAX_SAFE_INTEGER));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const NOON = DAY * DAY_MS + 12 * HOUR_MS;

describe("pending tuples", () => {
  test("can be read while the day lasts, folded, and as more visitors come less folded", async () => {
    const signals = { ...NO_SIGNALS, campaign: "qf" };
    servingLog.store(reportOf(people(9), { signals }), NOON);
    servingLog.store(reportOf(people(40, "other")), NOON);
    await foldPending.fold(NOON);
    expect(JSON.stringify(await stored())).not.toContain("qf");
    expect(await samples().days()).toMatchObject([
      { day: DAY, complete: false, tuples: 49, weight: 98, withheld: 0 },
    ]);
    expect(await foldPending.fold(NOON)).toEqual([]);
    servingLog.store(reportOf(["u9"], { signals }), NOON);
    await foldPending.fold(NOON);
    expect((await stored()).filter((tuple) => tuple.signals.campaign === "qf")).toHaveLength(10);
  });

  test("count once, however often their report arrives", async () => {
    const report = reportOf(people(10));
    expect([servingLog.store(report, NOON), servingLog.store(report, NOON + DAY_MS)]).toEqual([true, false]);
    await foldPending.fold(NOON);
    expect(await stored()).toHaveLength(10);
    expect(arrived).toEqual([{ kept: 10, thinned: 0, late: 0, invalid: 0 }]);
  });

  test("are forgotten when their day is over and no queue can hold more of it", async () => {
    servingLog.store(reportOf(people(12)), NOON);
    const closesMs = (DAY + 1) * DAY_MS + 12 * HOUR_MS;
    await foldPending.fold(closesMs - 1);
    expect(readPending(servingLog.sqlite, DAY)).toHaveLength(12);
    await foldPending.fold(closesMs);
    expect(readPending(servingLog.sqlite, DAY)).toEqual([]);
    expect(await samples().days()).toMatchObject([{ day: DAY, complete: true, tuples: 12 }]);
    servingLog.store(reportOf(people(3, "late")), closesMs);
    expect(arrived.at(-1)).toEqual({ kept: 0, thinned: 0, late: 3, invalid: 0 });
    await foldPending.fold(closesMs + HOUR_MS);
    expect(await stored()).toHaveLength(12);
    await foldPending.fold((DAY + 14) * DAY_MS);
    expect(await samples().days()).toEqual([]);
  });

  test("of an erased user are erased, and what is stored of the day follows", async () => {
    const signals = { ...NO_SIGNALS, campaign: "qf" };
    servingLog.store(reportOf(people(10), { signals }), NOON);
    servingLog.store(reportOf(people(40, "other")), NOON);
    await foldPending.fold(NOON);
    expect(JSON.stringify(await stored())).toContain("qf");
    const erased = eraseUserData({ database, servingLog, hashUser: hash }, "u4", NOON);
    expect(erased.sample).toBe(1);
    await foldPending.fold(NOON);
    expect(JSON.stringify(await stored())).not.toContain("qf");
    expect(await stored()).toHaveLength(49);
  });

  test("that are none are counted, and cost the others nothing", async () => {
    const report = reportOf(people(10));
    const tuples = [...(report.tuples ?? []), ["no tuple", 2] as const, [`${hash("u1")} [1,2]`, 1] as const];
    servingLog.store({ ...report, tuples }, NOON);
    expect(arrived).toEqual([{ kept: 10, thinned: 0, late: 0, invalid: 2 }]);
  });

  test("of a busy day are thinned out: bounded, right in total, and the rare ones are kept better", () => {
    const most = 300;
    const { sqlite } = servingLog;
    const arrive = sqlite.transaction((round: number): void => {
      sqlite.exec("DELETE FROM sample_pending; DELETE FROM sample_pending_days");
      const pending = createPendingSample(sqlite, seededRandom(round), most);
      for (let minute = 0; minute < 10; minute += 1) {
        pending.add(reportOf(people(98, `${minute}-`), {}, 3).tuples ?? []);
        pending.add(reportOf(people(2, `r${minute}-`), { as: "generic", reason: "rule" }, 1.5).tuples ?? []);
      }
    });
    const totals = Array.from({ length: 60 }, (_, round) => {
      arrive(round);
      const kept = readPending(sqlite, DAY);
      expect(kept).toHaveLength(most);
      const weights = (as: string): number[] =>
        kept.filter(({ tuple }) => tuple.as === as).map(({ tuple }) => tuple.weight);
      return {
        common: sum(weights("cluster")),
        rare: sum(weights("generic")),
        rareKept: weights("generic").length,
      };
    });
    const mean = (key: keyof (typeof totals)[0]): number =>
      sum(totals.map((total) => total[key])) / totals.length;
    const standardErrors = (key: "common" | "rare", truth: number): number => {
      const variance = sum(totals.map((total) => (total[key] - mean(key)) ** 2)) / (totals.length - 1);
      return Math.abs(mean(key) - truth) / Math.sqrt(variance / totals.length);
    };
    // 980 tuples of weight 3, and 20 of weight 1.5, of which 6 would be as many as of the others.
    expect(standardErrors("common", 2940)).toBeLessThan(3);
    expect(standardErrors("rare", 30)).toBeLessThan(3);
    expect(mean("rareKept")).toBeGreaterThan(12);
  });
});
