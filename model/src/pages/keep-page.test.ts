import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { describe, expect, test } from "vitest";
import { prepareContext } from "./candidate-carousels.ts";
import { compareWithStanding, KEEP_MAX_AGE_MS, type Comparison } from "./keep-page.ts";
import { createLayoutReader, packLayout } from "./page-layout.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const items: Item[] = Array.from({ length: 8 }, (_, at) => ({
  id: `f${at}`,
  title: `f${at}`,
  kind: "movie",
  genres: [],
  teams: [],
  takenDown: false,
}));
const itemSeqs = Uint32Array.from(items, (_, at) => 10 * (at + 1));
const prepared = prepareContext("movies", items, NOW_MS);

function verdict(worth: readonly number[], changes: Partial<Comparison> = {}): string {
  return compareWithStanding(prepared, {
    old: [{ carousel: 0, rows: [0, 1] }],
    placed: [{ carousel: 0, rows: [1, 2] }],
    whole: true,
    shape: { carousels: 1, items: 2 },
    ageMs: 1000,
    worth: Float32Array.from(worth),
    dirty: new Uint8Array(items.length),
    news: new Uint32Array(0),
    ...changes,
  });
}

describe("a page that stands", () => {
  const close = [0.999, 1, 0.999, 0];

  test("stays where the new one is hardly better, and goes where it is", () => {
    expect(verdict(close)).toBe("as-good");
    expect(verdict([0.8, 1, 0.999, 0])).toBe("rewrite");
  });

  test("is the same where it is laid out alike, however old", () => {
    const same = [{ carousel: 0, rows: [0, 1] }];
    expect(verdict(close, { placed: same, ageMs: 2 * KEEP_MAX_AGE_MS })).toBe("same");
  });

  test.each<[string, Partial<Comparison>]>([
    ["something of it may not be shown any more", { whole: false }],
    ["pages have fewer items now", { shape: { carousels: 1, items: 1 } }],
    ["pages have fewer carousels now", { shape: { carousels: 0, items: 2 } }],
    ["it is old", { ageMs: KEEP_MAX_AGE_MS + 1 }],
    [
      "the new one shows something that has come or changed",
      { dirty: Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0) },
    ],
  ])("goes when %s", (_, changes) => {
    expect(verdict(close, changes)).toBe("rewrite");
  });

  test("goes when an item stands elsewhere that its visitors have just played, and stays when another does", () => {
    expect(verdict(close, { news: Uint32Array.of(1) })).toBe("rewrite");
    expect(verdict(close, { news: Uint32Array.of(5) })).toBe("as-good");
  });

  test("stays when only what both show has changed", () => {
    expect(verdict(close, { dirty: Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0) })).toBe("as-good");
  });
});

describe("a stored layout", () => {
  test("is read back in numbers of another catalogue", () => {
    const packed = packLayout(prepared, [{ carousel: 0, rows: [3, 1] }], itemSeqs);
    const fewer = [1, 3, 5].map((row) => items[row]).filter((item) => item !== undefined);
    const now = prepareContext("movies", fewer, NOW_MS);
    expect(createLayoutReader(now, Uint32Array.of(20, 40, 60)).unpack(packed)).toEqual({
      placed: [{ carousel: 0, rows: [1, 0] }],
      whole: true,
    });
  });

  test("loses what is gone or may not be shown, and is not whole then", () => {
    const packed = packLayout(prepared, [{ carousel: 0, rows: [0, 1, 2] }], itemSeqs);
    const now = items.map((item, at) => ({ ...item, takenDown: at === 1 }));
    expect(createLayoutReader(prepareContext("movies", now, NOW_MS), itemSeqs).unpack(packed)).toEqual({
      placed: [{ carousel: 0, rows: [0, 2] }],
      whole: false,
    });
    const series = prepareContext("series", [{ ...items[0]!, kind: "series" }], NOW_MS);
    expect(createLayoutReader(series, itemSeqs).unpack(packed)).toEqual({ placed: [], whole: false });
  });
});
