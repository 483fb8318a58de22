import fc from "fast-check";
import { expect, test } from "vitest";
import { areOf16Bits, roundTo16Bits } from "./weights-of-16-bits.ts";

/** Weights of a model, of either sign. */
const weight = fc.float({ min: -4, max: 4, noNaN: true });

test("rounds to the nearest number of eight significant bits, of two to the even one", () => {
  const weights = Float32Array.of(1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -1 - 2 ** -8 - 2 ** -20, 0, -0);
  roundTo16Bits(weights);
  expect([...weights]).toEqual([1, 1, 1 + 2 ** -6, -1 - 2 ** -7, 0, -0]);
  expect(areOf16Bits(weights)).toBe(true);
});

test("changes no weight by more than 1/256, and none that is rounded already", () => {
  fc.assert(
    fc.property(fc.array(weight, { minLength: 1 }), (given) => {
      const weights = Float32Array.from(given);
      expect(areOf16Bits(weights)).toBe(weights.every((own) => own === rounded(own)));
      const before = weights.slice();
      roundTo16Bits(weights);
      weights.forEach((own, at) => {
        expect(own === rounded(before[at]!)).toBe(true);
        expect(Math.abs(own - before[at]!)).toBeLessThanOrEqual(Math.abs(before[at]!) / 256 + 2 ** -133);
      });
      expect(areOf16Bits(weights)).toBe(true);
    }),
  );
});

/** By arithmetic: a multiple of the last of eight bits. */
function rounded(own: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(own))));
  const step = 2 ** (exponent - 7);
  const low = Math.floor(own / step);
  const rest = own / step - low;
  const up = rest > 0.5 || (rest === 0.5 && low % 2 !== 0);
  return own === 0 ? own : (low + (up ? 1 : 0)) * step;
}
