import { describe, expect, test } from "vitest";
import { formatCredit, formatDemand, parseCredit, parseDemand } from "./credit.ts";

describe("the headers of demand and credit", () => {
  test.each([
    { isolate: "i5f3a-1", demandPerSec: 12.5, arrivals: 87, collapsed: false },
    { isolate: "i5f3a-1", demandPerSec: 0.001, arrivals: 1, collapsed: true },
    { isolate: "i5f3a-1", demandPerSec: 1, arrivals: 1, collapsed: false, version: 12 },
    { isolate: "i5f3a-1", demandPerSec: 1, arrivals: 1, collapsed: true, version: 0 },
    { isolate: "i5f3a-1", demandPerSec: 1, arrivals: 1, collapsed: true, version: 12, candidate: 13 },
  ])("a report is parsed as it was formatted: %o", (report) => {
    expect(parseDemand(formatDemand(report))).toEqual(report);
  });

  test.each([{ kind: "open" } as const, { kind: "share", ratePerSec: 0.525, leaseMs: 5714 } as const])(
    "a credit is parsed as it was formatted: %o",
    (credit) => {
      expect(parseCredit(formatCredit(credit))).toEqual(credit);
    },
  );

  test.each([
    undefined,
    null,
    "",
    "i1",
    "i1;demand=-1.0;arrivals=1",
    "i1;demand=1e9;arrivals=1",
    "1;demand=1.0;arrivals=1",
  ])("is no report: %o", (text) => {
    expect(parseDemand(text)).toBeUndefined();
  });

  test.each([
    null,
    "",
    "close",
    "share",
    "share;rate=NaN;lease=1",
    "share;rate=-1.0;lease=1",
    "share;rate=1.0;lease=9999999",
  ])("is no credit: %o", (text) => {
    expect(parseCredit(text)).toBeUndefined();
  });

  test("counts every request as at least one, and cuts a lease to ten seconds", () => {
    expect(parseDemand("i1;demand=1.0;arrivals=0")?.arrivals).toBe(1);
    expect(parseCredit("share;rate=1.0;lease=999999")).toMatchObject({ leaseMs: 10_000 });
  });
});
