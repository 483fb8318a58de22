import { expect, test } from "vitest";
import type { ColdRow } from "../cold/compare-rows.ts";
import { filmVisits, newsVisits, visitsOf } from "./synthetic-visits.ts";
import { visitRows } from "./visits.ts";

function rowsOf(rows: readonly ColdRow[]): Record<string, ColdRow> {
  return Object.fromEntries(rows.map((row) => [row.model, row]));
}

test("films: the signal that matters is found with an interval above 0, and those that do not are around 0", () => {
  const result = visitRows(visitsOf(filmVisits(9000, 1)), { seed: 1 });
  const rows = rowsOf(result.rows);
  expect(rows["entry"]?.ciLow).toBeGreaterThan(0.2);
  expect(rows["all"]?.ciLow).toBeGreaterThan(0.2);
  expect(rows["entry"]?.clusters).toBe(3);
  for (const signal of ["device", "region", "team", "campaign"]) {
    expect(rows[signal]?.ciLow).toBeLessThanOrEqual(0);
    expect(rows[signal]?.ciHigh).toBeGreaterThanOrEqual(0);
  }
  // Films are as good tomorrow: how fresh their pages are hardly matters, and old plays count.
  const [fresh, stale] = [rows["all-rebuilt-1m"], rows["all-rebuilt-60m"]];
  expect(Math.abs((fresh?.ndcg10 ?? 0) - (stale?.ndcg10 ?? 1))).toBeLessThan(0.01);
  expect(rows["all"]?.windowHours).toBeGreaterThanOrEqual(72);
});

test("news: what is hours old is right with a short window and fresh pages, and the region is found", () => {
  const result = visitRows(visitsOf(newsVisits(24_000, 1)), { seed: 1 });
  const rows = rowsOf(result.rows);
  expect(rows["region"]?.ciLow).toBeGreaterThan(0.3);
  expect(rows["entry"]?.ciLow).toBeLessThanOrEqual(0);
  expect(rows["entry"]?.ciHigh).toBeGreaterThanOrEqual(0);
  expect(rows["all"]?.windowHours).toBeLessThanOrEqual(3);
  const ndcg = [60, 15, 5, 1].map((minutes) => rows[`all-rebuilt-${minutes}m`]?.ndcg10 ?? 0);
  expect(ndcg).toEqual(ndcg.toSorted((a, b) => a - b));
  expect(ndcg.at(-1)).toBeGreaterThan(1.2 * (ndcg[0] ?? 0));
});

test("a day that begins with other items does not leak into the pages before it", () => {
  // Every visit is of an item that nobody has visited before: only a page from the future could have it.
  const rows = Array.from({ length: 600 }, (_, at) => ({
    ...filmVisits(1, 1)[0]!,
    timeS: 1_800_000_000 + 60 * at,
    item: `only-${at}`,
  }));
  for (const row of visitRows(visitsOf(rows), { seed: 1 }).rows) expect(row.ndcg10).toBe(0);
});

test("the same seed gives the same figures, whatever the order of the rows", () => {
  const visits = filmVisits(2000, 5).map((visit, at) => ({ ...visit, timeS: 1_800_000_000 + 60 * at }));
  const result = visitRows(visitsOf(visits), { seed: 7 });
  expect(visitRows(visitsOf(visits), { seed: 7 })).toEqual(result);
  expect(visitRows(visitsOf(visits.toReversed()), { seed: 7 }).rows).toEqual(result.rows);
});

test("too few visits, or all at one time, are told as such", () => {
  expect(() => visitRows(visitsOf(filmVisits(100, 1)), { seed: 1 })).toThrow(
    /100 visits from 2026-06-01.*too few/,
  );
  const atOnce = filmVisits(500, 1).map((visit) => ({ ...visit, timeS: 1_800_000_000 }));
  expect(() => visitRows(visitsOf(atOnce), { seed: 1 })).toThrow(/too few, or at too few times/);
});
