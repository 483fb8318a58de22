import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parametersOf } from "./parameters.ts";

describe("parametersOf", () => {
  const word = fc.constantFrom(
    "user",
    "context",
    "use",
    "users",
    "q",
    "",
    "a",
    "%61",
    "+",
    "%",
    "ü",
    "=",
    "u=",
  );
  const pair = fc.tuple(word, fc.constantFrom("", "=", "=="), word).map((parts) => parts.join(""));

  test.each([
    ["?context=live&amp;user=u42", "u42"],
    ["??user=u42", "u42"],
    ["?user=u1&amp;user=u2", "u1"],
    ["?user=u%201&amp;amp;x=1", "u 1"],
    ["?USER=u42", null],
  ])("reads the user of %s", (search, user) => {
    expect(parametersOf(search).get("user")).toBe(user);
  });

  test("reads what URLSearchParams reads", () => {
    fc.assert(
      fc.property(
        fc.array(pair, { maxLength: 6 }),
        fc.constantFrom("user", "context", "q", "a"),
        (pairs, name) => {
          const search = `?${pairs.join("&")}`;
          expect([search, parametersOf(search).get(name)]).toEqual([
            search,
            new URLSearchParams(search).get(name),
          ]);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
