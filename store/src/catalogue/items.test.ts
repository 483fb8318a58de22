import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { searchItems } from "./item-search.ts";
import { allItems, countItems, itemById, upsertItems } from "./items.ts";
import { openForTest } from "../../test/test-database.ts";

function item(id: string, fields: Partial<Item> = {}): Item {
  return { id, title: `Title ${id}`, kind: "movie", genres: [], teams: [], takenDown: false, ...fields };
}

describe("upsertItems", () => {
  test("returns the items that are new or have changed, and keeps their numbers", () => {
    const database = openForTest();
    expect(upsertItems(database, [item("a"), item("b")], "api", 1).map(({ id }) => id)).toEqual(["a", "b"]);
    const changed = upsertItems(database, [item("a"), item("b", { title: "New" })], "api", 2);
    expect(changed).toMatchObject([{ seq: 2, id: "b" }]);
    expect(itemById(database, "b")).toEqual({ seq: 2, item: item("b", { title: "New" }) });
    expect(allItems(database).map(({ seq, item: { id } }) => [seq, id])).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
  });

  test("says whose restrictions pages may not know, and of no new item", () => {
    const database = openForTest();
    const british = { territories: { allowed: ["GB"] } };
    const written = (items: Parameters<typeof upsertItems>[1]) =>
      upsertItems(database, items, "import", 1).map(({ id, isRestrictedAnew }) => [id, isRestrictedAnew]);
    expect(written([item("a", british), item("b")])).toEqual([
      ["a", false],
      ["b", false],
    ]);
    expect(written([item("a", { ...british, title: "New" }), item("b", { ageRating: 12 })])).toEqual([
      ["a", false],
      ["b", true],
    ]);
    expect(written([item("a"), item("b", { ageRating: 16 })])).toEqual([
      ["a", true],
      ["b", true],
    ]);
  });

  test("a demo item stays one after an editor's change, and belongs to an import that has it", () => {
    const database = openForTest();
    const sources = (): unknown[] => database.sqlite.prepare("SELECT source FROM items").pluck().all();
    upsertItems(database, [item("a")], "demo", 1);
    upsertItems(database, [item("a", { takenDown: true })], "api", 2);
    expect(sources()).toEqual(["demo"]);
    upsertItems(database, [item("a", { takenDown: true })], "import", 3);
    expect(sources()).toEqual(["import"]);
    expect(countItems(database)).toBe(1);
  });
});

describe("searchItems", () => {
  const titles = [
    "Spain v. Belgium",
    "España: the road",
    "Belgian chocolate",
    "C++ for 'experts'",
    "Paw Tales",
    "Unbelievable",
    "千と千尋の神隠し",
    "ゴジラ-1.0",
    "기생충 특별판",
    "ฉลาดเกมส์โกง",
    "हिन्दी फ़िल्म",
    "ＦＵＬＬ width 2",
    "Straßenfußball",
  ];
  function found(text: string, limit = 10): string[] {
    const database = openForTest();
    const catalogue = titles.map((title, at) =>
      item(`i${at}`, { title, ...(at === 4 && { genres: ["spain"] }) }),
    );
    upsertItems(database, catalogue, "import", 1);
    return searchItems(database, text, limit).map(({ item: { title } }) => title);
  }

  test.each([
    ["all words", "belgium spain", ["Spain v. Belgium"]],
    ["a word half typed", "espan", ["España: the road"]],
    [
      "a prefix of several, and a part after them",
      "bel",
      ["Spain v. Belgium", "Belgian chocolate", "Unbelievable"],
    ],
    ["a part of a word", "hocol", ["Belgian chocolate"]],
    ["parts of several words", "elgi ocola", ["Belgian chocolate"]],
    ["an end of a word", "able", ["Unbelievable"]],
    ["one Chinese character", "千", ["千と千尋の神隠し"]],
    ["characters in the middle", "千尋", ["千と千尋の神隠し"]],
    ["characters that do not follow each other", "神千", []],
    ["kana", "ジラ", ["ゴジラ-1.0"]],
    ["kana of half width", "ｺﾞｼﾞ", ["ゴジラ-1.0"]],
    ["a Hangul syllable", "충", ["기생충 특별판"]],
    ["Hangul words in any order", "특별 생충", ["기생충 특별판"]],
    ["a Thai consonant whose vowel is not typed yet", "ก", ["ฉลาดเกมส์โกง"]],
    ["a Thai word in the middle", "เกมส์", ["ฉลาดเกมส์โกง"]],
    ["Devanagari with its vowel signs", "हिन्दी", ["हिन्दी फ़िल्म"]],
    ["letters of full width", "full", ["ＦＵＬＬ width 2"]],
    ["a part with a letter beyond ASCII", "ßball", ["Straßenfußball"]],
    ["titles before genres", "SPAIN", ["Spain v. Belgium", "Paw Tales"]],
    ["any word where none has all", "chocolate tales", ["Belgian chocolate", "Paw Tales"]],
    ["punctuation", '"c++" AND (', ["C++ for 'experts'"]],
    ["operators as words", "NEAR NOT *", []],
    ["nothing", " ", []],
  ])("finds %s", (_, text, expected) => {
    expect(found(text).toSorted()).toEqual(expected.toSorted());
  });

  test("ranks a title's word above a genre's", () => {
    expect(found("spain").at(0)).toBe("Spain v. Belgium");
  });

  test("ranks whole words above their parts", () => {
    expect(found("bel").at(-1)).toBe("Unbelievable");
  });

  test("gives at most the limit", () => {
    expect(found("bel", 1)).toHaveLength(1);
    expect(found("bel", 2)).toHaveLength(2);
  });

  test("follows a changed title", () => {
    const database = openForTest();
    upsertItems(database, [item("a", { title: "Before" })], "api", 1);
    upsertItems(database, [item("a", { title: "After" })], "api", 2);
    expect(searchItems(database, "before", 10)).toEqual([]);
    expect(searchItems(database, "after", 10)).toHaveLength(1);
  });

  test("accepts any text", () => {
    const database = openForTest();
    upsertItems(database, [item("a")], "api", 1);
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(Array.isArray(searchItems(database, text, 5))).toBe(true);
      }),
    );
  });
});
