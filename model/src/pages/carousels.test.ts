import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { describe, expect, test } from "vitest";
import { pageUtility, rankCarousels } from "./carousels.ts";
import { diverseValues, pickDiverse, SAME_GENRE_FACTOR, SAME_MATCH_FACTOR } from "./diversity.ts";
import { carouselsJson } from "./page-item.ts";
import { createPageWorkspace } from "./page-workspace.ts";
import { copyBytes } from "../workers/copy-bytes.ts";
import { prepareContext, prepareContexts } from "./candidate-carousels.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const NO_GENRE = -1;

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function film(id: string, ...genres: string[]): Item {
  return { id, title: id, kind: "movie", genres, teams: [], takenDown: false };
}

describe("diversity in a carousel", () => {
  const rows = [0, 1, 2, 3];
  const worth = Float32Array.of(1, 0.99, 0.98, 0.97);
  const none = Int32Array.of(-1, -1, -1, -1);

  test("puts an item of another genre before one that repeats a genre and is hardly worth more", () => {
    const genres = Int32Array.of(7, 7, 8, 7);
    const facts = { matches: none, genres };
    expect(pickDiverse(rows, worth, facts, { perMatch: 9, genre: NO_GENRE }, 4).rows).toEqual([0, 2, 1, 3]);
    // In the carousel of that genre it is no repetition.
    expect(pickDiverse(rows, worth, facts, { perMatch: 9, genre: 7 }, 4).rows).toEqual([0, 1, 2, 3]);
  });

  test("counts each earlier item of the match, up to the most that a carousel shows of one", () => {
    const matches = Int32Array.of(3, 3, 3, -1);
    const facts = { matches, genres: none };
    const picked = pickDiverse(rows, worth, facts, { perMatch: 2, genre: NO_GENRE }, 4);
    expect(picked.rows).toEqual([0, 3, 1]);
    expect(picked.values[2]).toBeCloseTo(0.99 * SAME_MATCH_FACTOR, 6);
    const all = pickDiverse(rows, worth, facts, { perMatch: 9, genre: NO_GENRE }, 4);
    expect(all.values[3]).toBeCloseTo(0.98 * SAME_MATCH_FACTOR ** 2, 6);
  });

  test.each([
    ["all of different genres", Int32Array.of(1, 2, 3, 4)],
    ["all of the same genre", Int32Array.of(5, 5, 5, 5)],
    ["none of any genre", none],
  ])("changes nothing where there is no alternative: %s", (_, genres) => {
    const facts = { matches: none, genres };
    expect(pickDiverse(rows, worth, facts, { perMatch: 9, genre: NO_GENRE }, 4).rows).toEqual(rows);
  });

  test("values a carousel as it was picked", () => {
    const facts = { matches: Int32Array.of(1, 1, -1, 1), genres: Int32Array.of(7, 7, 8, 8) };
    const picked = pickDiverse(rows, worth, facts, { perMatch: 9, genre: NO_GENRE }, 4);
    const again = diverseValues(picked.rows, worth, facts, NO_GENRE);
    again.forEach((value, at) => expect(value).toBeCloseTo(picked.values[at] ?? Number.NaN, 6));
    expect(SAME_GENRE_FACTOR).toBeLessThan(1);
  });
});

describe("a page", () => {
  const items = Array.from({ length: 40 }, (_, at) => film(`f${at}`, at % 2 === 0 ? "crime" : "drama"));
  const scores = Float32Array.from(items, (_, at) => 40 - at);
  const workspace = createPageWorkspace();

  test("has at most as many carousels and items as its shape, and no item twice", () => {
    const page = rankCarousels(prepareContext("movies", items, NOW_MS), scores, {
      shape: { carousels: 2, items: 5 },
      workspace,
    });
    expect(page.map(({ id }) => id)).toEqual(["for-you", "genre-crime"]);
    const shown = page.flatMap(({ rows }) => rows);
    expect(page.map(({ rows }) => rows.length)).toEqual([5, 5]);
    expect(new Set(shown).size).toBe(10);
  });

  test("is the same whether its context was prepared alone or with others", () => {
    const alone = rankCarousels(prepareContext("movies", items, NOW_MS), scores, { workspace });
    const [, together] = prepareContexts(["homepage", "movies"], items, NOW_MS);
    expect(together && rankCarousels(together, scores, { workspace })).toEqual(alone);
  });

  test("is JSON, whatever its titles, with an item's newer text for its own", () => {
    const page = [
      { id: "a", title: "Für “dich”", rows: [1, 0] },
      { id: "b", title: "日本", rows: [2] },
    ];
    const texts = [{ id: "é" }, { id: "b" }, { id: "🎬" }];
    const parts = texts.map((item) => Buffer.from(JSON.stringify(item)));
    const starts = Uint32Array.from({ length: 4 }, (_, at) => Buffer.concat(parts.slice(0, at)).length);
    const packed = { starts, bytes: Buffer.concat(parts) };
    const parsed = (changed?: ReadonlyMap<number, Buffer>): unknown =>
      JSON.parse(text(carouselsJson(page, packed, { changed })));
    const [first, second] = page.map(({ id, title }) => ({ id, title }));
    expect(parsed()).toEqual([
      { ...first, items: [{ id: "b" }, { id: "é" }] },
      { ...second, items: [{ id: "🎬" }] },
    ]);
    expect(parsed(new Map([[1, Buffer.from('{"id":"日"}')]]))).toEqual([
      { ...first, items: [{ id: "日" }, { id: "é" }] },
      { ...second, items: [{ id: "🎬" }] },
    ]);
    expect(text(carouselsJson([], packed))).toBe("[]");
    expect(carouselsJson(page, packed, { copyBytes })).toEqual(carouselsJson(page, packed));
  });

  test("is worth more with the best items first", () => {
    const prepared = prepareContext("movies", items, NOW_MS);
    const best = [{ carousel: 0, rows: [0, 1, 2] }];
    const worst = [{ carousel: 0, rows: [2, 1, 0] }];
    expect(pageUtility(prepared, scores, best)).toBeGreaterThan(pageUtility(prepared, scores, worst));
  });
});
