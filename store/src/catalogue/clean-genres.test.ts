import { expect, test } from "vitest";
import { cleanGenres } from "./clean-genres.ts";

test("each genre once, in its first spelling", () => {
  expect(cleanGenres(["Drama", "drama ", "Sci-Fi", "SCI  FI", " Film  Noir "])).toEqual([
    "Drama",
    "Sci-Fi",
    "Film Noir",
  ]);
});

test.each([
  "(no genres listed)",
  "N/A",
  "null",
  "None",
  "NaN",
  "undefined",
  "unknown",
  "-",
  "\\N",
  " ",
  "[object Object]",
])("%s is no genre", (genre) => {
  expect(cleanGenres([genre, "Crime"])).toEqual(["Crime"]);
});
