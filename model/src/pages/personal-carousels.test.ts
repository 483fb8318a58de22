import { expect, test } from "vitest";
import { personalCarousels, type ViewerRows } from "./personal-carousels.ts";

const facts = { isHub: (row: number) => row === 9, mayBeShown: (row: number) => row !== 3 };
const viewer: ViewerRows = {
  watched: [1, 2, 3, 9],
  newest: [9, 3, 2, 7, 1],
  unfinished: [4, 2, 3, 7],
  notInterested: [7, 8],
};

test("what was watched and what is not wanted leaves the carousels, but for hubs", () => {
  for (const context of ["homepage", "movies"]) {
    const { leftOut } = personalCarousels(context, viewer, facts);
    expect(leftOut.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 7, 8]);
  }
});

test("the homepage continues and offers again what may be shown and is wanted, each title once", () => {
  expect(personalCarousels("homepage", viewer, facts).given).toEqual([
    { id: "continue", title: "Continue watching", rows: [4, 2], at: 1 },
    { id: "again", title: "Watch again", rows: [9, 1], at: 2 },
  ]);
  expect(personalCarousels("movies", viewer, facts).given).toEqual([]);
});

test("a carousel holds as many as others, and one with nothing in it is none", () => {
  const many = Array.from({ length: 30 }, (_, at) => 100 + at);
  const { given } = personalCarousels(
    "homepage",
    { watched: many, newest: many, unfinished: [3], notInterested: [] },
    facts,
  );
  expect(given.map(({ id, rows }) => [id, rows.length])).toEqual([["again", 12]]);
});
