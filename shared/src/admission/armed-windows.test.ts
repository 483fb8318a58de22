import { expect, test } from "vitest";
import { armedClock, windowAround } from "./armed-windows.ts";

test("a window begins before the expected time and ends after it", () => {
  const armedFrom = armedClock([windowAround(100_000, 10, 20)]);
  expect([89_999, 90_000, 119_999, 120_000].map(armedFrom)).toEqual([undefined, 90_000, 90_000, undefined]);
});

test("windows that meet are one, in whatever order they are told", () => {
  const armedFrom = armedClock([
    windowAround(50_000, 5, 5),
    windowAround(20_000, 5, 5),
    windowAround(28_000, 5, 5),
  ]);
  expect([15_000, 24_000, 32_999, 33_000, 45_000, 55_000].map(armedFrom)).toEqual([
    15_000,
    15_000,
    15_000,
    undefined,
    45_000,
    undefined,
  ]);
});

test("without windows nothing is armed", () => {
  expect(armedClock([])(0)).toBeUndefined();
});
