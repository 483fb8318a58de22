import { expect, test } from "vitest";
import { BitRows } from "./bit-rows.ts";

test("a bit is set once, and no other with it, in rows that are added in any order", () => {
  const rows = new BitRows(70);
  const set = [1000, 0, 3].flatMap((row) => [0, 31, 32, 63, 69].map((column) => [row, column] as const));
  for (const [row, column] of set) expect(rows.add(row, column)).toBe(true);
  for (const [row, column] of set) expect(rows.add(row, column)).toBe(false);
  expect(rows.add(1000, 30)).toBe(true);
  expect(rows.add(999, 69)).toBe(true);
});
