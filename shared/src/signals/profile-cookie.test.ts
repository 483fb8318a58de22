/** Reading the profile cookie returns what was written into it. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DEPTHS, RECENCIES } from "./signals.ts";
import { formatProfileCookie, readProfileCookie } from "./profile-cookie.ts";

test("reads back every profile that it writes", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z0-9_-]{1,48}$/),
      fc.constantFrom(...RECENCIES),
      fc.constantFrom(...DEPTHS),
      (affinity, recency, depth) => {
        const value = formatProfileCookie({ affinity, recency, depth });
        const read = readProfileCookie(`a=b; spillway_profile=${value}; c=d`);
        expect([read.affinity.value, read.recency.value, read.depth.value]).toEqual([
          affinity,
          recency,
          depth,
        ]);
      },
    ),
  );
});

test.each([
  ["football", "v1.football.fresh.deep"],
  ["Science Fiction", "v1.science-fiction.fresh.deep"],
  ["sci_fi", "v1.sci_fi.fresh.deep"],
  ["a.b;c", "v1.a-b-c.fresh.deep"],
  ["", "v1.none.fresh.deep"],
  ["x".repeat(60), `v1.${"x".repeat(37)}-7kdx8eq973.fresh.deep`],
])("writes the affinity %j as %s", (affinity, value) => {
  expect(formatProfileCookie({ affinity, recency: "fresh", depth: "deep" })).toBe(value);
});
