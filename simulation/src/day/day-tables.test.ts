import { expect, test } from "vitest";
import { dayCharts } from "./day-charts.ts";
import { dayTables } from "./day-tables.ts";
import { PUBLISHED } from "./published.ts";
import { rehearseDay } from "./rehearse-day.ts";

const DAY = rehearseDay({ seed: 1, users: 20_000 });

test("prints each published figure beside the result, and marks those that are not met", () => {
  const [published] = dayTables({
    ...DAY,
    figures: DAY.figures.map((figure) => ({ ...figure, met: figure.key === "none" })),
  });
  expect(published?.table.rows).toHaveLength(PUBLISHED.length);
  expect(published?.table.rows.map((row) => row[3])).toEqual(
    PUBLISHED.map(({ key }) => (key === "none" ? "met" : "not met")),
  );
  const fully = published?.table.rows[0]?.join(" | ");
  expect(fully).toContain("84.65");
  expect(fully).toContain((100 * (DAY.figures[0]?.fallback ?? 0)).toFixed(2));
  expect(published?.table.note).toContain("Prime time and Band C are read as one");
});

test("gives every row as many cells as the head, and states the assumptions", () => {
  const tables = dayTables({ ...DAY, signallessShare: 0.02 });
  for (const { table } of tables) {
    expect(table.rows.every((row) => row.length === table.head.length)).toBe(true);
  }
  expect(tables[1]?.table.note).toContain("2.00");
});

test("draws every minute of the day, the thresholds, and the share that is not individual", () => {
  const [calls, missed] = dayCharts(DAY);
  for (const { x, lines } of [calls, missed].filter((chart) => chart !== undefined)) {
    expect(x).toHaveLength(1440);
    expect(lines.every(({ values }) => values.length === 1440)).toBe(true);
  }
  expect(calls?.lines[1]?.values[0]).toBeCloseTo(60 * (DAY.bands[0]?.thresholdPerSec ?? 0));
  const atKickOff = missed?.lines[0]?.values[21 * 60] ?? 0;
  expect(atKickOff).toBeGreaterThan(20);
  expect(atKickOff).toBeLessThan(100);
});
