import { expect, test } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { prepareContext } from "./candidate-carousels.ts";
import { familyMembers } from "./family-members.ts";

function film(id: string, ...genres: string[]): Item {
  return { id, title: id, kind: "movie", genres, teams: [], takenDown: false };
}

test("spellings of one genre are one, under the one that most items have", () => {
  const items = [
    film("a", "Sci-Fi"),
    film("b", "sci fi", "Sci-Fi"),
    film("c", "SCI-FI", "Drama"),
    film("d", "sci-fi"),
    film("e", "アニメ"),
    film("f", "ｱﾆﾒ"),
    film("g", "Sci-Fi"),
  ];
  expect(familyMembers(({ genres }) => genres, items)).toEqual([
    { value: "Sci-Fi", rows: [0, 1, 2, 3, 6] },
    { value: "Drama", rows: [2] },
    { value: "アニメ", rows: [4, 5] },
  ]);
});

test("no page has two carousels with one id", () => {
  const items = Array.from({ length: 40 }, (_, at) => film(`i${at}`, ["Drama", "drama", "DRAMA "][at % 3]!));
  const { carousels } = prepareContext("movies", items, Date.UTC(2026, 6));
  const ids = carousels.map(({ id }) => id).filter((id) => id.startsWith("genre-"));
  expect(ids).toEqual(["genre-drama"]);
});
