import { expect, test } from "vitest";
import { checkBounds, durationMs, multipleOfThreshold } from "./spike-options.ts";

const options = { thresholdPerSec: 5, toOfThreshold: 100, forMs: 60_000, killOriginAtMs: undefined, seed: 1 };

test("reads 100T and 60s, and refuses whatever could be something else", () => {
  expect([multipleOfThreshold("100T"), multipleOfThreshold("2.5t")]).toEqual([100, 2.5]);
  expect([durationMs("60s"), durationMs("2m")]).toEqual([60_000, 120_000]);
  for (const text of ["100", "T", "0T", "1e9T", "-5T", ""])
    expect(() => multipleOfThreshold(text)).toThrow(/multiple of the threshold/);
  for (const text of ["60", "s", "1h", "-1s", ""]) expect(() => durationMs(text)).toThrow(/duration/);
});

test.each([
  [{ toOfThreshold: 1000 }, /--to/],
  [{ forMs: 5000 }, /--for/],
  [{ forMs: 301_000 }, /--for/],
  [{ toOfThreshold: 400, forMs: 120_000 }, /--for/],
  [{ killOriginAtMs: 60_000 }, /--kill-origin-at/],
])("%j is out of bounds", (change, named) => {
  expect(() => checkBounds(options)).not.toThrow();
  expect(() => checkBounds({ ...options, ...change })).toThrow(named);
});
