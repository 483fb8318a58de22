import { describe, expect, it } from "vitest";
import { createDraws } from "../fleet/draws.ts";
import { DEFAULT_FLEET } from "../fleet/options.ts";
import { WaitingLines } from "./waiting-lines.ts";

/** Ten answers a second of exactly 2 ms work each. */
const fleet = { ...DEFAULT_FLEET, serviceLeastMs: 2, serviceMeanMs: 2 };
const lines = (queueLimit: number) =>
  new WaitingLines({ fleet, perInstancePerSec: 10, queueLimit }, createDraws(1));

describe("WaitingLines", () => {
  it("answers in the order of arrival, one after the other", () => {
    const line = lines(100);
    expect([line.join(1, 0), line.join(1, 0), line.join(1, 50)]).toEqual([2, 102, 202]);
  });

  it("refuses when as many wait as may", () => {
    const line = lines(2);
    expect([1, 2, 3].map(() => line.join(1, 0))).toEqual([2, 102, 202]);
    expect(line.join(1, 0)).toBeUndefined();
    expect(line.join(1, 100)).toBe(302);
  });

  it("does work for clients who have gone before it serves later ones", () => {
    const line = lines(1000);
    for (let request = 0; request < 100; request += 1) line.join(1, 0);
    expect(line.join(1, 5000)).toBe(10_002);
  });

  it("takes the shorter line of the two drawn", () => {
    const line = lines(1000);
    const readyMs = Array.from({ length: 1000 }, () => line.join(100, 0) ?? Number.NaN);
    // Ten each on average; of one line drawn at random the longest would be about 20.
    expect(Math.max(...readyMs)).toBeLessThan(1402);
  });
});
