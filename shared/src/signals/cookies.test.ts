/** Cookies: which one is found, what is decoded, and what is ignored. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readCookie, readLastCookie } from "./cookies.ts";

test.each([
  ["a=1; team=ESP; b=2", "ESP"],
  ["team=ESP", "ESP"],
  ["a=1;team=ESP", "ESP"],
  ["a=1;   team=ESP", "ESP"],
  ["my_team=X; team=ESP", "ESP"],
  ["my team=X; team=ESP", "ESP"],
  ["teams=X; team=ESP", "ESP"],
  ["a=team=X; team=ESP", "ESP"],
  ["team=ESP; team=BEL", "ESP"],
  ['team="ESP"', "ESP"],
  ["team=E%53P", "ESP"],
  ["team=%22ESP%22", "ESP"],
  ["team=%22caf%5Cu00e9%22", "café"],
  ["team=%2522ESP%2522", "ESP"],
  ["team=%E0%A4%A", "%E0%A4%A"],
  ["team=", ""],
  ["team", undefined],
  ["my_team=ESP", undefined],
  ["", undefined],
  [undefined, undefined],
  [null, undefined],
  [`team=${"x".repeat(4097)}`, undefined],
  [`${"x".repeat(20_000)}; team=ESP`, undefined],
])("reads team from %j as %j", (header, value) => {
  expect(readCookie(header, "team")).toBe(value);
});

test("never throws, and finds a cookie after any other text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (header, name) => {
      readCookie(header, name);
      expect(readCookie(`${header.replaceAll("id", "")}; id=abc`, "id")).toBe("abc");
    }),
  );
});

test.each([
  ["v=1; w=2; v=3", "3"],
  ["v=1", "1"],
  ["w=2; v=1", "1"],
  ["v=1; my_v=3", "1"],
  ["w=v=3", undefined],
  ["", undefined],
  [null, undefined],
])("the last v of %j is %j", (header, value) => {
  expect(readLastCookie(header, "v")).toBe(value);
});
