import { expect, test } from "vitest";
import { readListCell } from "./list-cell.ts";

test.each([
  ["Drama|Comedy", ["Drama", "Comedy"]],
  [" Drama | | Comedy |", ["Drama", "Comedy"]],
  ["Drama", ["Drama"]],
  ['["Drama","Comedy"]', ["Drama", "Comedy"]],
  [' [ "Drama" , "Sci|Fi" ] ', ["Drama", "Sci|Fi"]],
  ["[]", []],
  ['[{"id": 18, "name": "Drama"}, {"id": 35, "name": "Comedy"}]', ["Drama", "Comedy"]],
  ['["\\u00c9tude"]', ["Étude"]],
  ["['Drama', 'Comedy']", ["Drama", "Comedy"]],
  [`["Children's", 'Sci-Fi']`, ["Children's", "Sci-Fi"]],
  [String.raw`['Children\'s']`, ["Children's"]],
  ['["Drama", null]', ["Drama"]],
  ["['Drama', None]", ["Drama"]],
  ["[null]", []],
  // These are no lists.
  ["[Drama]", ["[Drama]"]],
  ["['Drama', Non]", ["['Drama', Non]"]],
  ['["Drama"', ['["Drama"']],
])("reads %s", (cell, parts) => {
  expect(readListCell(cell)).toEqual(parts);
});
