import { describe, expect, test } from "vitest";
import { Gate } from "./gate.ts";

describe("Gate", () => {
  test("sheds at the threshold and at the cap of requests in flight, with the reason", () => {
    const gate = new Gate({ thresholdPerSec: 1, maxInFlight: 1 }, 0);
    expect(gate.tryEnter(0)).toEqual({ admitted: true });
    expect(gate.tryEnter(0)).toEqual({ admitted: false, reason: "in-flight" });
    gate.release();
    expect(gate.tryEnter(0)).toEqual({ admitted: true });
    gate.release();
    expect(gate.tryEnter(0)).toEqual({ admitted: false, reason: "over-threshold" });
    expect(gate.tryEnter(1100)).toEqual({ admitted: true });
  });

  test("without a threshold only the cap of requests in flight sheds", () => {
    const gate = new Gate({ thresholdPerSec: undefined, maxInFlight: 10 }, 0);
    const decisions = Array.from({ length: 20 }, () => gate.tryEnter(0));
    expect(decisions.filter(({ admitted }) => admitted)).toHaveLength(10);
  });
});
