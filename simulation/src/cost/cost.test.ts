import { expect, test } from "vitest";
import { costOf, type CostOptions, type CostReport } from "./cost.ts";
import { costText } from "./cost-text.ts";
import { LIST_PRICES, withOwnPrices } from "./prices.ts";
import type { Usage } from "./usage.ts";

const FROM_MS = Date.parse("2026-07-10T00:00Z");
const MINUTE_MS = 60_000;

/** 12 million pages: 5,000 a minute, and 240,000 in each of the 20 minutes from 20:00 on. */
function matchDay(): Usage {
  const pagesByMinute = Array.from({ length: 1440 }, (_, at) => (at >= 1200 && at < 1220 ? 240_000 : 5000));
  return {
    fromMs: FROM_MS,
    untilMs: FROM_MS + 1440 * MINUTE_MS,
    measuredMs: 1440 * MINUTE_MS,
    pages: 11_900_000,
    individual: 7_000_000,
    tailored: 2_000_000,
    eventPosts: 100_000,
    callsMissing: 40,
    pagesByMinute,
    isolates: 100,
    isolateSeconds: 600_000,
    awayMinutes: 10,
    awayIsolateMinutes: 500,
    pageReads: 400_000,
    countedKvReads: { reads: 0, calls: 0 },
    kvWrites: 100_000,
    firstKvWrites: 0,
    storedBytes: 3_000_000_000,
    servingMessages: 90_000,
    deadLetters: 10,
  };
}

const OPTIONS: CostOptions = {
  prices: LIST_PRICES,
  days: 30,
  extrapolates: true,
  cpuMs: undefined,
  kvReads: undefined,
  perInstance: 500,
  thresholdAt: () => 1000,
};

test("a day worked out by hand", () => {
  const { lines, usd } = costOf(matchDay(), OPTIONS);
  expect(lines.map(({ what, used, month, usd: own, basis }) => [what, used, month, own, basis])).toEqual([
    // 12 M × 30 = 360 M, 350 M beyond the 10 M, at 0.30.
    ["requests", 12_000_000, 360_000_000, 105, "measured"],
    // 10 M × 0.163 + 2 M × 0.463 = 2.556 M ms; × 30 = 76.68 M, 46.68 M beyond 30 M, at 0.02.
    ["cpuMs", 2_556_000, 76_680_000, 0.93, "assumed"],
    // 100 × 8 + 20,000 cycles × 5.1 + 400,000 = 502,800; × 30 = 15.084 M, 5.084 M beyond 10 M, at 0.50.
    ["kvReads", 502_800, 15_084_000, 2.54, "computed"],
    // 3 M, 2 M beyond 1 M, at 5.
    ["kvWrites", 100_000, 3_000_000, 10, "measured"],
    // 3 GB, 2 beyond 1, at 0.50: what is stored is not stored thirty times.
    ["kvGigabytes", 3, 3, 1, "measured"],
    // (90,000 + 100,000 + 10) × 3 = 570,030; × 30 = 17.1009 M, 16.1009 M beyond 1 M, at 0.40.
    ["queueOperations", 570_030, 17_100_900, 6.44, "computed"],
    // 500 × 3 = 1,500; × 30 = 45,000 of the included million.
    ["watchRequests", 1500, 45_000, 0, "computed"],
    // 600 s × 0.128 GB = 76.8; × 30 = 2,304 of the included 400,000.
    ["watchGigabyteSeconds", 76.8, 2304, 0, "computed"],
  ]);
  // 5 + 105 + 0.93 + 2.54 + 10 + 1 + 6.44
  expect(usd).toBe(130.91);
});

test("pre-provisioning for the same peak, worked out by hand", () => {
  const { preProvisioning } = costOf(matchDay(), OPTIONS);
  // 4,000/s in the worst minute. 400/s an instance at 80 % of 500: 10 instances, where 1,000/s take 3. 20
  // minutes over the threshold and half an hour on each side: 80 min × 7 instances = 9.33 h; × 30 = 280 h at
  // 0.0816.
  expect(preProvisioning).toMatchObject({
    peakPerSec: 4000,
    peakAt: "2026-07-10T20:00:00.000Z",
    baseInstances: 3,
    peakInstances: 10,
    usd: 22.85,
  });
  expect(preProvisioning?.hours).toBeCloseTo(4 / 3, 10);
  expect(preProvisioning?.monthInstanceHours).toBeCloseTo(280, 6);
});

test("a day below its threshold has nothing to pre-provision", () => {
  const report = costOf(matchDay(), { ...OPTIONS, thresholdAt: () => 5000 });
  expect(report.preProvisioning).toBeNull();
  expect(costText(report)).toContain("nothing was over the threshold");
});

test("what is given stands in the place of what is assumed and computed", () => {
  const { lines } = costOf(matchDay(), { ...OPTIONS, cpuMs: 2, kvReads: 1_000_000, days: 1 });
  expect(lines[1]).toMatchObject({ used: 24_000_000, month: 24_000_000, usd: 0, basis: "assumed" });
  expect(lines[2]).toMatchObject({ used: 1_000_000, usd: 0, basis: "measured" });
});

function readsOf(countedKvReads: Usage["countedKvReads"]) {
  return costOf({ ...matchDay(), countedKvReads }, OPTIONS).lines.find(({ what }) => what === "kvReads");
}

test("KV reads are those that isolates have counted, and computed for the calls of those that do not", () => {
  expect(readsOf({ reads: 444_000, calls: 12_000_000 })).toMatchObject({ used: 444_000, basis: "measured" });
  // A quarter of the calls told of none: 0.25 × 502,800 = 125,700.
  expect(readsOf({ reads: 300_000, calls: 9_000_000 })).toMatchObject({
    used: 425_700,
    basis: "computed",
    from: expect.stringMatching(/^for 25 % of calls: /),
  });
});

function monthOf({ lines }: CostReport): Record<string, number> {
  return Object.fromEntries(lines.map(({ what, month }) => [what, month]));
}

test("a month is extrapolated from the part of the day that was measured, and the first publication is made once", () => {
  const young: Usage = { ...matchDay(), measuredMs: 360 * MINUTE_MS, firstKvWrites: 40_000 };
  const report = costOf(young, OPTIONS);
  expect(monthOf(report)).toMatchObject({
    // Six hours are a quarter of a day: 12 M × 4 × 30.
    requests: 1_440_000_000,
    // 40,000 + 60,000 × 4 × 30.
    kvWrites: 7_240_000,
    kvGigabytes: 3,
  });
  expect(report.extrapolatedFromHours).toBe(6);
  expect(costText(report)).toMatch(
    /measured for 6\.0 h of it only\. Extrapolated from 6\.0 h, a month costs/,
  );
  // A peak comes once a day, whatever else there is of it.
  expect(report.preProvisioning?.usd).toBe(costOf(matchDay(), OPTIONS).preProvisioning?.usd);
  const asItWas = costOf(young, { ...OPTIONS, extrapolates: false });
  expect([asItWas.extrapolatedFromHours, monthOf(asItWas)["requests"]]).toEqual([null, 360_000_000]);
});

test("the text says what is measured, computed and assumed, and what has not arrived", () => {
  const text = costText(costOf(matchDay(), OPTIONS));
  expect(text).toMatch(
    /^2026-07-10T00:00Z to 2026-07-11T00:00Z: 11,900,000 pages\. A month of such days costs \$130\.91 at the edge; pre-provisioning for its peak of 4,000\/s would be \$22\.85 more/,
  );
  expect(text).toMatch(/^requests +12,000,000 +360,000,000 +\$105\.00 +measured/m);
  expect(text).toMatch(/^processor, ms .* assumed +bench edge/m);
  expect(text).toContain("40 calls that isolates counted have not arrived");
});

function wrong(key: string, line: number, column: number, reason: string) {
  return { ok: false, issues: [expect.objectContaining({ key, line, column, reason })] };
}

test("prices of one's own replace list prices, and what is wrong in them is named", () => {
  const read = withOwnPrices('{"requests":{"included":0,"usd":1},"plan":0}');
  if (!read.ok) throw new Error("these are prices");
  const { prices } = read;
  expect(prices.kvReads).toEqual(LIST_PRICES.kvReads);
  expect(costOf(matchDay(), { ...OPTIONS, prices }).lines[0]?.usd).toBe(360);
  expect(withOwnPrices('{\n  "request": 1 }')).toEqual(wrong("request", 2, 3, "is no key here"));
  expect(withOwnPrices('{"plan": 1,\n "requests": {"included": 0, "usd": "a"}}')).toEqual(
    wrong("requests.usd", 2, 37, 'must be a number, not the text "a"'),
  );
  expect(withOwnPrices("[]")).toEqual(wrong("", 1, 1, "must be keys with values, not a list"));
  expect(withOwnPrices('{"plan": 1,}')).toEqual(wrong("", 1, 12, "a key in double quotes is missing"));
});
