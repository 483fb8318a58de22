import { expect, test } from "vitest";
import { SERVED_REASONS } from "./served.ts";
import { LOGGED_REASONS, packServingReport, unpackServingReport, type ServingReport } from "./serving-log.ts";
import { createUserHash } from "./user-hash.ts";

const hash = createUserHash("a-token-of-the-test");
const REPORT: ServingReport = {
  isolate: "i1",
  sequence: 3,
  part: 0,
  parts: 1,
  totals: { calls: 9, lost: 1 },
  records: ["u1", "u2"].map((user, at) => ({
    user: hash(user),
    minute: 29_000_000 + at,
    context: "homepage",
    as: "cluster",
    reason: "over-threshold",
    cluster: "esp",
    country: "ES",
    network: "203.0.113.0/24",
    agent: "browser",
    calls: 4,
    version: 7 + at,
    slow: at,
  })),
};

test("a packed report unpacks to itself, and has each name once", () => {
  const packed = packServingReport(REPORT);
  expect(packed.names).toEqual([
    "homepage",
    "cluster",
    "over-threshold",
    "esp",
    "ES",
    "203.0.113.0/24",
    "browser",
  ]);
  expect(unpackServingReport(JSON.parse(JSON.stringify(packed)))).toEqual(REPORT);
});

test("a report without slow calls, and one of an older edge, say none", () => {
  const records = REPORT.records.map((record) => ({ ...record, slow: 0 }));
  const packed = packServingReport({ ...REPORT, records });
  expect(packed.slow).toBeUndefined();
  expect(unpackServingReport(packed)?.records).toEqual(records);
  const { versions: _, ...older } = packed;
  expect(unpackServingReport(older)?.records).toEqual(records.map((record) => ({ ...record, version: 0 })));
});

test.each([
  ["no object", 7],
  ["a version that is none", { versions: [-1, 2] }],
  ["a user that is no hash", { rows: [["u1", 0, 0, 1, 2, 3, 4, 5, 6, 1]] }],
  ["a name that is not there", { rows: [[hash("u1"), 0, 0, 1, 2, 3, 4, 99, 6, 1]] }],
  ["a rung that is none", { rows: [[hash("u1"), 0, 0, 0, 2, 3, 4, 5, 6, 1]] }],
  ["a negative count", { rows: [[hash("u1"), 0, 0, 1, 2, 3, 4, 5, 6, -1]] }],
])("refuses %s as a report", (_, change) => {
  const value = typeof change === "object" ? { ...packServingReport(REPORT), ...change } : change;
  expect(unpackServingReport(value)).toBeUndefined();
});

test("a user has the same hash everywhere that the secret is known, and another one elsewhere", () => {
  expect(hash("u1")).toMatch(/^[0-9a-f]{16}$/);
  expect(createUserHash("a-token-of-the-test")("u1")).toBe(hash("u1"));
  expect(createUserHash("another-token-of-the-test")("u1")).not.toBe(hash("u1"));
  expect(hash("u2")).not.toBe(hash("u1"));
});

test("every reason can be logged, within the four bits that the origin has for it", () => {
  expect(new Set(LOGGED_REASONS)).toEqual(new Set([...SERVED_REASONS, "none"]));
  expect(LOGGED_REASONS.length).toBeLessThanOrEqual(16);
});
