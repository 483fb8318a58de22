import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalId, isHeldOut, numberIds, partOf } from "./protocol.ts";

describe("the protocol", () => {
  test("is exact for integers of any size", () => {
    const integer = fc.bigInt({ min: 0n, max: 2n ** 80n });
    fc.assert(
      fc.property(fc.array(fc.tuple(integer, integer), { minLength: 1 }), (pairs) => {
        const users = numberIds(pairs.map(([user]) => String(user)));
        const items = numberIds(pairs.map(([, item]) => String(item)));
        pairs.forEach(([user, item], at) => {
          const [u = 0, i = 0] = [users.residues[at], items.residues[at]];
          expect(partOf(u, false) === "test").toBe(user % 5n === 0n);
          expect(isHeldOut(u, i)).toBe((user * 7919n + item * 104_729n) % 100n < 20n);
        });
      }),
    );
  });

  test("tunes on users who are learned from otherwise, and never on test users", () => {
    const users = [0, 1, 2, 3, 4, 95, 96];
    const tested = [true, false].map((tune) => users.filter((user) => partOf(user, tune) === "test"));
    expect(tested).toEqual([
      [1, 96],
      [0, 95],
    ]);
    expect(users.filter((user) => partOf(user, true) === "left-out")).toEqual([0, 95]);
    expect(users.filter((user) => partOf(user, false) === "left-out")).toEqual([]);
  });

  test.each([
    [0, 0, true],
    [0, 1, false],
    [5, 1, false],
    [5, 4, true],
  ])("holds (%i, %i) out: %s", (user, item, heldOut) => {
    expect(isHeldOut(user, item)).toBe(heldOut);
  });

  test("takes integers as they are, and numbers all by first appearance as soon as one is none", () => {
    expect(numberIds(["105", "7", "4294967296"])).toEqual({
      asGiven: true,
      residues: Uint8Array.of(5, 7, 96),
    });
    for (const other of ["x", "-1", "1.5", "1e3", "٣", "🎬"]) {
      expect(numberIds(["105", other, "7"])).toEqual({ asGiven: false, residues: Uint8Array.of(0, 1, 2) });
    }
  });

  test("knows an integer by any of its spellings, and leaves other ids alone", () => {
    expect(["007", " 7 ", "7", "000"].map(canonicalId)).toEqual(["7", "7", "7", "0"]);
    expect(["u07", " a", "-07"].map(canonicalId)).toEqual(["u07", " a", "-07"]);
  });
});
