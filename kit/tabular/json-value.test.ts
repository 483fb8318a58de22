import { expect, test } from "vitest";
import { readIdCell } from "./id-cell.ts";
import { parseJson } from "./json-value.ts";

test.each([
  ['{"user":9007199254740993}', { user: "9007199254740993" }],
  ['{ "user" : -12345678901234567890 }', { user: "-12345678901234567890" }],
  ['{"a":[1,{"user":9007199254740993}]}', { a: [1, { user: "9007199254740993" }] }],
  ["9007199254740993", "9007199254740993"],
  ["[\n9007199254740993]", ["9007199254740993"]],
  // These are exact, or not whole, or texts.
  ['{"user":9007199254740991}', { user: 9_007_199_254_740_991 }],
  ['{"weight":0.12345678901234567890}', { weight: 0.123_456_789_012_345_68 }],
  ['{"weight":1234567890123456.5}', { weight: 1_234_567_890_123_456.5 }],
  ['{"weight":1e300,"n":9007199254740993}', { weight: 1e300, n: "9007199254740993" }],
  ['{"user":"9007199254740993"}', { user: "9007199254740993" }],
])("reads %s without losing a digit", (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});

test("two ids beyond 2^53 stay two", () => {
  const [one, two] = ["9007199254740992", "9007199254740993"].map((id) => parseJson(`{"id":${id}}`));
  expect(one).not.toEqual(two);
});

test("what is no JSON throws", () => {
  expect(() => parseJson('{"user":9007199254740993')).toThrow(SyntaxError);
});

test.each([
  ["u1", "u1"],
  [7, "7"],
  [-7, "-7"],
  ["1E5", "1E5"],
  ["9007199254740993", "9007199254740993"],
])("the cell %j is the id %j", (cell, id) => {
  expect(readIdCell(cell)).toEqual({ ok: true, id });
});

test.each([
  [undefined, "is missing"],
  ["", "is missing"],
  [1.5, "1.5 is not a whole number; write the id as a text"],
  [1e300, "1e+300 is not a whole number; write the id as a text"],
  ["9.0072E+15", "9.0072E+15 is a number that has lost digits in a spreadsheet"],
  ["9,0072E+15", "9,0072E+15 is a number that has lost digits in a spreadsheet"],
  [true, "must be a text or a whole number"],
  [["u1"], "must be a text or a whole number"],
])("the cell %j is no id", (cell, reason) => {
  expect(readIdCell(cell)).toEqual({ ok: false, reason });
});
