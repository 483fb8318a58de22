import { expect, test } from "vitest";
import { tasteGroupName } from "@spillway/shared/signals/taste-name.ts";
import { textsOfNames } from "./segment-texts.ts";

const anime = tasteGroupName("アニメ");

test("tells what segments are called that are named after genres beyond ASCII", () => {
  const names = [`${anime}_1`, `${anime}_12`, `${anime}-2_1`, "crime_3"];
  expect([...textsOfNames(names, ["アニメ", "Crime"])].map(([name, { text }]) => [name, text])).toEqual([
    [anime, "アニメ"],
    [`${anime}_1`, "アニメ_1"],
    [`${anime}_12`, "アニメ_12"],
    [`${anime}-2`, "アニメ-2"],
    [`${anime}-2_1`, "アニメ-2_1"],
  ]);
});

test("says nothing of names that say it themselves", () => {
  expect(textsOfNames(["crime_3", "sci-fi_1"], ["Crime", "Sci-Fi"]).size).toBe(0);
});
