import { expect, test } from "vitest";
import { remembered } from "./remembered.ts";

function counting() {
  const asked: string[] = [];
  const of = remembered((text) => {
    asked.push(text);
    return text === "nothing" ? undefined : text.length;
  }, 2);
  return { of, asked };
}

test("finds out once about each text, also where there is nothing to find", () => {
  const { of, asked } = counting();
  expect(["ab", "nothing", "ab", "nothing"].map(of)).toEqual([2, undefined, 2, undefined]);
  expect(asked).toEqual(["ab", "nothing"]);
});

test("forgets what was not asked for lately, and keeps what was", () => {
  const { of, asked } = counting();
  for (const text of ["often", "a", "often", "b", "often", "c", "often", "d", "often", "a"]) of(text);
  expect(asked).toEqual(["often", "a", "b", "c", "d", "a"]);
});

test("keeps no long text", () => {
  const { of, asked } = counting();
  const long = "x".repeat(513);
  expect([of(long), of(long)]).toEqual([513, 513]);
  expect(asked).toHaveLength(2);
});
