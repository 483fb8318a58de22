import { describe, expect, test } from "vitest";
import { COLD_UNITS, coldQuestion } from "./cold-limit.ts";

/** How many cold requests a location lets through in ten seconds, when a thousand come in each. */
function grantedInTenSeconds(thresholdPerSec: number): number {
  const spent = new Map<string, number>();
  let granted = 0;
  for (let at = 0; at < 10_000; at += 1) {
    const { key, units } = coldQuestion(thresholdPerSec, at, () => (at * 0.618034) % 1);
    const before = spent.get(key) ?? 0;
    if (before + units > COLD_UNITS) continue;
    spent.set(key, before + units);
    granted += 1;
  }
  return granted;
}

describe("the cold rule", () => {
  test.each([100, 500, 800, 1000, 5000, 20_000, 100_000])(
    "lets through 0.2 %% of a threshold of %s, for each location",
    (thresholdPerSec) => {
      const granted = grantedInTenSeconds(thresholdPerSec) / 10;
      expect(granted).toBeGreaterThanOrEqual(0.002 * thresholdPerSec * 0.99);
      expect(granted).toBeLessThanOrEqual(0.002 * thresholdPerSec * 1.15);
    },
  );

  test("lets one through in a slot of a low threshold, and two at 1,000/s", () => {
    expect(coldQuestion(100, 0, () => 0.5)).toEqual({ key: "cold-0-0", units: 2 });
    expect(coldQuestion(100, 4999, () => 0.5)).toEqual({ key: "cold-0-0", units: 2 });
    expect(coldQuestion(1000, 6000, () => 0.99)).toEqual({ key: "cold-6-0", units: 1 });
  });

  test("lets through a twentieth of that in an armed window", () => {
    expect(coldQuestion(20_000, 6000, () => 0.5, true)).toEqual(coldQuestion(1000, 6000, () => 0.5));
  });

  test("never waits longer than the limiter remembers", () => {
    expect(coldQuestion(0, 9999, () => 0).key).toBe("cold-0-0");
    expect(coldQuestion(0, 10_000, () => 0).key).toBe("cold-1-0");
  });
});
