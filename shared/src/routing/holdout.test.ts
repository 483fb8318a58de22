import fc from "fast-check";
import { expect, test } from "vitest";
import { isHeldOut } from "./holdout.ts";

const users = Array.from({ length: 20_000 }, (_, at) => `v_${at}`);
const heldOut = (share: number, salt = ""): Set<string> =>
  new Set(users.filter((user) => isHeldOut({ share, serve: "generic", salt }, user)));

test.each([0.01, 0.1, 0.5])("about a share of %s is held out", (share) => {
  // Five standard deviations of a fair draw.
  const slack = 5 * Math.sqrt((share * (1 - share)) / users.length);
  expect(Math.abs(heldOut(share).size / users.length - share)).toBeLessThan(slack);
});

test("nobody is held out at 0, and everybody at 1", () => {
  expect(heldOut(0).size).toBe(0);
  expect(heldOut(1).size).toBe(users.length);
});

test("a larger share keeps those whom a smaller one held out", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (user, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const isOut = (share: number): boolean => isHeldOut({ share, serve: "generic", salt: "s" }, user);
        expect(!isOut(less) || isOut(more)).toBe(true);
      },
    ),
  );
});

test("another salt draws independently of the first", () => {
  const [first, second] = [heldOut(0.1), heldOut(0.1, "autumn")];
  expect([...first].filter((user) => second.has(user)).length / first.size).toBeCloseTo(0.1, 1);
});
