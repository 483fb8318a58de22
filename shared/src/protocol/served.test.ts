import fc from "fast-check";
import { expect, test } from "vitest";
import { formatServed, KNOWN_BY, parseServed, SERVED_AS, SERVED_REASONS } from "./served.ts";

const cluster = fc.option(fc.stringMatching(/^[a-z0-9._-]{1,64}$/), { nil: undefined });
const count = fc.option(fc.nat(), { nil: undefined });

test("a header that was parsed is formatted as it was", () => {
  const served = fc.record({
    as: fc.constantFrom(...SERVED_AS),
    reason: fc.constantFrom(...SERVED_REASONS),
    cluster,
    assigned: cluster,
    standsInFor: cluster,
    generation: count,
    ageS: count,
    viewer: fc.constantFrom(undefined, ...KNOWN_BY),
  });
  fc.assert(
    fc.property(served, (given) => {
      const header = formatServed(given);
      const parsed = parseServed(header);
      expect(parsed && formatServed(parsed)).toBe(header);
    }),
  );
});

test("every part of the header is read", () => {
  expect(
    parseServed(
      'parent;reason=deadline;cluster="esp";assigned="esp.social";generation=42;age=17;viewer="map"',
    ),
  ).toEqual({
    as: "parent",
    reason: "deadline",
    cluster: "esp",
    assigned: "esp.social",
    generation: 42,
    ageS: 17,
    viewer: "map",
  });
});

test.each(["", "knitted;reason=admitted", "individual", "individual;reason=luck", "individual;cluster=x"])(
  "%j is not a header of ours",
  (header) => {
    expect(parseServed(header)).toBeUndefined();
  },
);
