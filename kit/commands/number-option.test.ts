import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { numberBetween, wholeNumber } from "./number-option.ts";

test("takes numbers within the bounds, these included", () => {
  expect(["1", "10", "1e1"].map(wholeNumber(1, 10))).toEqual([1, 10, 10]);
  expect(["0.5", "1"].map(numberBetween(0.5, 1))).toEqual([0.5, 1]);
});

test.each(["", " ", "0", "11", "1.5", "many", "NaN", "Infinity", "1,000"])(
  "refuses %j where a whole number from 1 to 10 is asked for",
  (text) => {
    expect(() => wholeNumber(1, 10)(text)).toThrow(InvalidArgumentError);
    expect(() => wholeNumber(1, 10)(text)).toThrow("must be a whole number from 1 to 10");
  },
);

test.each(["", "0.4", "1.1", "half", "NaN"])(
  "refuses %j where a number from 0.5 to 1 is asked for",
  (text) => {
    expect(() => numberBetween(0.5, 1)(text)).toThrow("must be a number from 0.5 to 1");
  },
);
