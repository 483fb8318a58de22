import { expect, test } from "vitest";
import { columnsOf, readCompared } from "./comparison.js";
import { toPage } from "./page.js";

function page(rows: Readonly<Record<string, readonly string[]>>): object {
  const carousels = Object.entries(rows).map(([id, ids]) => ({
    id,
    title: id,
    items: ids.map((item) => ({ id: item, title: item.toUpperCase(), kind: "movie" })),
  }));
  return { context: "homepage", cluster: "esp", generation: 1, carousels };
}

const ANSWER = {
  viewer: { carrier: "cookie", titles: 1, plays: 1 },
  pages: {
    generic: page({ top: ["a", "b", "c"] }),
    cluster: page({ top: ["b", "seen", "c"], more: ["d", "b"] }),
    tailored: page({ top: ["d", "x", "c"], again: ["seen"] }),
  },
  because: { x: { item: "seen", title: "SEEN", share: 0.7 }, d: { title: 7 } },
};

const told = (individual?: object) =>
  columnsOf(readCompared(ANSWER), toPage(individual)).map(({ rung, entries }) => [
    rung,
    ...entries.map(({ item, moved, because }) => [item.id, moved, because].filter((part) => part).join(" ")),
  ]);

test("says what moved against the cluster's page, and why; what was watched is no recommendation", () => {
  expect(told(page({ top: ["x", "b"], continue: ["a"] }))).toEqual([
    ["generic", "a watched", "b", "c"],
    ["cluster", "b", "seen watched", "c", "d"],
    ["tailored", "d ▲ 3", "x new SEEN", "c"],
    ["individual", "x new SEEN", "b ▼ 1"],
  ]);
});

test("a rung that there is no page of is an empty column", () => {
  expect(told().map(([rung, ...entries]) => [rung, entries.length])).toEqual([
    ["generic", 3],
    ["cluster", 4],
    ["tailored", 3],
    ["individual", 0],
  ]);
});

test.each([
  undefined,
  null,
  "x",
  1,
  [],
  { pages: [] },
  { pages: { tailored: null }, because: 7, viewer: "x" },
])("%j compares nothing, and nothing breaks", (json) => {
  const compared = readCompared(json);
  expect(compared.carrier).toBeUndefined();
  expect(columnsOf(compared, undefined).flatMap(({ entries }) => entries)).toEqual([]);
});
