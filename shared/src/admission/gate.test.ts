import { describe, expect, test } from "vitest";
import { Gate, gateDepth, maxPerSecond } from "./gate.ts";

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

  test.each([
    // threshold, depth of the bucket, most in a second
    [0, 1, 1],
    [0.25, 1, 1.25],
    [4, 4, 5],
    [100, 20, 102],
    [10_000, 500, 10_200],
  ])("at threshold %d has a bucket of %d, and admits %d in a second", (thresholdPerSec, depth, most) => {
    expect([gateDepth(thresholdPerSec), maxPerSecond(thresholdPerSec)]).toEqual([depth, most]);
  });

  test("counts what it has admitted: no more in a second than a fiftieth above the threshold", () => {
    const gate = new Gate({ thresholdPerSec: 100, maxInFlight: 1000 }, 0);
    let admitted = 0;
    for (let nowMs = 0; nowMs < 1000; nowMs += 1) admitted += gate.tryEnter(nowMs).admitted ? 1 : 0;
    expect([admitted, gate.inFlight, gate.peakPerSec]).toEqual([102, 102, 102]);
    expect(gate.tryEnter(5000)).toEqual({ admitted: true });
    expect(gate.peakPerSec).toBe(102);
  });

  test("keeps the promise in every second, wherever in a slot of the count the second begins", () => {
    for (const startMs of [0, 3, 5, 9]) {
      const gate = new Gate({ thresholdPerSec: 100, maxInFlight: 1000 }, 0);
      const admittedMs: number[] = [];
      for (let nowMs = 0; nowMs <= 3000; nowMs += 1) {
        // A full bucket meets a burst at the start; then a few requests come each millisecond.
        const arrivals = nowMs < startMs ? 0 : nowMs === startMs ? 200 : 3;
        for (let n = 0; n < arrivals; n += 1) if (gate.tryEnter(nowMs).admitted) admittedMs.push(nowMs);
      }
      const inSecondFrom = (ms: number): number =>
        admittedMs.filter((at) => at >= ms && at < ms + 1000).length;
      expect(Math.max(...admittedMs.map(inSecondFrom))).toBe(102);
    }
  });

  test("takes new limits at once, and keeps the tokens of the old ones", () => {
    const gate = new Gate({ thresholdPerSec: 100, maxInFlight: 1000 }, 0);
    const enter = (nowMs: number): number =>
      Array.from({ length: 200 }, () => gate.tryEnter(nowMs)).filter(({ admitted }) => admitted).length;
    expect(enter(0)).toBe(20);
    const limits = { thresholdPerSec: 400, maxInFlight: 1000 };
    gate.setLimits(limits, 0);
    expect([gate.limits, enter(0), enter(10)]).toEqual([limits, 0, 4]);
    gate.setLimits({ ...limits, maxInFlight: 30 }, 10);
    expect([enter(100), gate.tryEnter(100)]).toEqual([6, { admitted: false, reason: "in-flight" }]);
    gate.setLimits({ thresholdPerSec: undefined, maxInFlight: 1000 }, 100);
    expect(enter(100)).toBe(200);
    gate.setLimits({ thresholdPerSec: 0, maxInFlight: 1000 }, 100);
    expect(enter(60_000)).toBe(0);
  });
});
