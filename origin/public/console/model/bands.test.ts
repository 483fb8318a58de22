import { expect, test } from "vitest";
import { bandAt, bandWith, highestBand } from "./bands.js";

const band = (name: string, threshold: number) => ({ name, from: "00:00", threshold_per_s: threshold });
const RULES = [
  { title: "As written on Rules", bands: [band("night", 50), band("prime", 400)], deadlineMs: 300 },
  { title: "In force: version 3", bands: [band("night", 50), band("prime", 300)], deadlineMs: 250 },
];

test("what is written comes first, and of it the band of the big evenings", () => {
  expect(highestBand(RULES)).toEqual({ key: "0.1", thresholdPerSec: 400, deadlineMs: 300 });
  expect(highestBand([])).toBeUndefined();
});

test("a band is found by its key and by its figures; figures of one's own are of none", () => {
  expect(bandAt(RULES, "1.1")).toEqual({ key: "1.1", thresholdPerSec: 300, deadlineMs: 250 });
  for (const key of ["", "0", "2.0", "0.9", "x"]) expect([key, bandAt(RULES, key)]).toEqual([key, undefined]);
  expect(bandWith(RULES, { thresholdPerSec: 50, deadlineMs: 250 })?.key).toBe("1.0");
  expect(bandWith(RULES, { thresholdPerSec: 60, deadlineMs: 250 })).toBeUndefined();
});
