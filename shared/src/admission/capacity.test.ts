import { describe, expect, test } from "vitest";
import { inFlightAt, mostHeldPerSec, whyNotHeld } from "./capacity.ts";

describe("a threshold", () => {
  test("needs Little's mean in flight, and room for chance", () => {
    expect(inFlightAt(1000, 6)).toBe(Math.ceil(6 + 3.5 * Math.sqrt(6)));
    expect(inFlightAt(0, 6)).toBe(0);
  });

  test("is held exactly up to the most that is said", () => {
    for (const [instances, maxInFlight, answerMs] of [
      [1, 64, 6],
      [4, 64, 2.3],
      [32, 1, 20],
    ] as const) {
      const capacity = { instances, maxInFlight, answerMs };
      const most = mostHeldPerSec(capacity);
      expect(whyNotHeld(most * 0.999, capacity)).toBeUndefined();
      expect(whyNotHeld(most * 1.001, capacity)).toContain("MAX_IN_FLIGHT");
    }
  });

  test("that is not held is told with what would hold it", () => {
    const why = whyNotHeld(20_000, { instances: 1, maxInFlight: 64, answerMs: 6 });
    expect(why).toContain(
      "one origin would have 159 in flight, and MAX_IN_FLIGHT is 64, which holds 6910 a second",
    );
    expect(why).toContain("set MAX_IN_FLIGHT to 159, or run 3 origins");
    expect(whyNotHeld(20_000, { instances: 3, maxInFlight: 64, answerMs: 6 })).toBeUndefined();
    expect(whyNotHeld(20_000, { instances: 1, maxInFlight: 159, answerMs: 6 })).toBeUndefined();
  });
});
