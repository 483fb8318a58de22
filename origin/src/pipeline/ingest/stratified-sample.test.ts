import { ENTRY_BYTES } from "@spillway/model/profile/history.ts";
import { expect, test } from "vitest";
import { stratifiedSample } from "./stratified-sample.ts";

function count(lengths: readonly number[], length: number): number {
  return lengths.filter((one) => one === length).length;
}

test("a sample has the same share of each stratum, to half a member", () => {
  const isTaken = stratifiedSample(0.25);
  const lengths = Array.from({ length: 4000 }, (_, at) => (at % 100 === 0 ? 300 : at % 10 === 0 ? 40 : 3));
  const taken = lengths.filter((length) => isTaken(length * ENTRY_BYTES));
  for (const length of [3, 40, 300]) {
    expect(Math.abs(count(taken, length) - count(lengths, length) / 4)).toBeLessThan(1);
  }
});

test("all are taken of a share of 1", () => {
  const isTaken = stratifiedSample(1);
  expect([0, 1, 7].every((entries) => isTaken(entries * ENTRY_BYTES))).toBe(true);
});
