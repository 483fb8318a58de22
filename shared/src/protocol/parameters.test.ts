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
