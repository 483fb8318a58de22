import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allowedClasses,
  ANYBODY,
  mayBeShownTo,
  restrictionClasses,
  type Audience,
  type Restriction,
} from "./restrictions.ts";

const GB: Audience = { country: "GB", ageLimit: undefined };

describe("an item", () => {
  test.each<[Restriction, Audience, boolean]>([
    [{}, ANYBODY, true],
    [{}, { country: "GB", ageLimit: 0 }, true],
    [{ territories: { allowed: ["GB", "IE"] } }, GB, true],
    [{ territories: { allowed: ["IE"] } }, GB, false],
    [{ territories: { denied: ["GB"] } }, GB, false],
    [{ territories: { denied: ["US"] } }, GB, true],
    [{ territories: { allowed: ["GB"] } }, ANYBODY, false],
    [{ territories: { denied: ["US"] } }, ANYBODY, false],
    [{ territories: { allowed: [] } }, GB, false],
    [{ territories: {} }, GB, false],
    [{ territories: { allowed: ["GB"], denied: ["GB"] } }, GB, false],
    [{ ageRating: 12 }, { country: undefined, ageLimit: 11 }, false],
    [{ ageRating: 12 }, { country: undefined, ageLimit: 12 }, true],
    [{ ageRating: 21 }, ANYBODY, true],
    [{ ageRating: 0 }, { country: undefined, ageLimit: 0 }, true],
    [{ territories: { allowed: ["GB"] }, ageRating: 18 }, { country: "GB", ageLimit: 12 }, false],
  ])("%j to %j: %s", (restriction, audience, isShown) => {
    expect(mayBeShownTo(restriction, audience)).toBe(isShown);
  });
});

const country = fc.constantFrom("GB", "IE", "US", "ES");
const restriction = fc.record(
  {
    territories: fc.oneof(
      fc.record({ allowed: fc.array(country, { minLength: 1, maxLength: 3 }) }),
      fc.record({ denied: fc.array(country, { minLength: 1, maxLength: 3 }) }),
    ),
    ageRating: fc.integer({ min: 0, max: 21 }),
  },
  { requiredKeys: [] },
);
const audience = fc.record({
  country: fc.option(country, { nil: undefined }),
  ageLimit: fc.option(fc.integer({ min: 0, max: 21 }), { nil: undefined }),
});

test("by its class an item is shown to the same audiences as by itself", () => {
  fc.assert(
    fc.property(
      fc.array(restriction, { maxLength: 40 }),
      fc.array(audience, { maxLength: 5 }),
      (items, audiences) => {
        const { classOf, classes } = restrictionClasses(items);
        for (const to of audiences) {
          const allowed = allowedClasses(classes, to);
          expect(Array.from(classOf, (of) => allowed[of] === 1)).toEqual(
            items.map((item) => mayBeShownTo(item, to)),
          );
          expect(allowedClasses(classes, { ...to })).toBe(allowed);
        }
      },
    ),
  );
});

test("items without a restriction are of the first class, and equal restrictions of one", () => {
  const { classOf, classes } = restrictionClasses([
    { ageRating: 0 },
    { territories: { allowed: ["GB", "IE"] }, ageRating: 12 },
    {},
    { territories: { allowed: ["IE", "GB"] }, ageRating: 12 },
    { territories: { denied: ["IE", "GB"] }, ageRating: 12 },
  ]);
  expect([...classOf]).toEqual([0, 1, 0, 1, 2]);
  expect(classes).toHaveLength(3);
});

test("what sixteen bits cannot number is shown to nobody", () => {
  const codes = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const pairs = codes.flatMap((a) => codes.map((b) => a + b));
  const items = pairs.flatMap((a) =>
    pairs.slice(0, 100).map((b) => ({ territories: { allowed: [a], denied: [b] } })),
  );
  const { classOf, classes } = restrictionClasses(items);
  expect(classes.length).toBeLessThanOrEqual(0x1_0000);
  const last = items.length - 1;
  const to = { country: items[last]?.territories.allowed[0], ageLimit: undefined };
  expect(mayBeShownTo(items[last] ?? {}, to)).toBe(true);
  expect(allowedClasses(classes, to)[classOf[last] ?? 0]).toBe(0);
});

test("what is remembered of audiences is bounded over all lists, and is found out again", () => {
  const lists = Array.from({ length: 900 }, (): Restriction[] => [{ ageRating: 6 }, { ageRating: 18 }]);
  const first: Restriction[] = [{ ageRating: 6 }, { ageRating: 18 }];
  const to: Audience = { country: "GB", ageLimit: 12 };
  const remembered = allowedClasses(first, to);
  expect(allowedClasses(first, to)).toBe(remembered);
  for (const list of lists) {
    for (let ageLimit = 0; ageLimit < 8; ageLimit += 1) allowedClasses(list, { country: "GB", ageLimit });
  }
  expect(allowedClasses(first, to)).not.toBe(remembered);
  expect(allowedClasses(first, to)).toEqual(remembered);
});
