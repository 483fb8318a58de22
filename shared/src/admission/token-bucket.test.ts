import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gateDepth } from "./gate.ts";
import { TokenBucket } from "./token-bucket.ts";

describe("TokenBucket", () => {
  test("never grants more than rate · window + depth in any window, whatever the arrivals and the clock do", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.array(fc.integer({ min: -50, max: 400 }), { maxLength: 300 }),
        (rate, steps) => {
          const bucket = new TokenBucket(rate, gateDepth(rate), 0);
          const grants: number[] = [];
          let nowMs = 0;
          let latestMs = 0;
          for (const step of steps) {
            nowMs += step;
            // A step back adds no tokens, so the grants are counted by the latest time so far.
            latestMs = Math.max(latestMs, nowMs);
            if (bucket.take(nowMs)) grants.push(latestMs);
          }
          for (const from of grants) {
            const inWindow = grants.filter((at) => at >= from && at < from + 1000).length;
            expect(inWindow).toBeLessThanOrEqual(rate + gateDepth(rate) + 1e-6);
          }
        },
      ),
    );
  });

  test("mints nothing twice when callers' times are out of order, and goes on when the clock is set back", () => {
    const bucket = new TokenBucket(100, 5, 0);
    let granted = 0;
    for (let nowMs = 0; nowMs < 1000; nowMs += 1) {
      for (const at of [nowMs, nowMs - 10]) granted += bucket.take(at) ? 1 : 0;
    }
    expect(granted).toBeLessThanOrEqual(105);
    bucket.take(10_000_000);
    expect(
      Array.from({ length: 10 }, (_, step) => bucket.take(1000 + step * 1000)).filter(Boolean).length,
    ).toBeGreaterThan(5);
  });

  test("grants nothing at rate 0, and gives no burst when the rate changes", () => {
    const bucket = new TokenBucket(0, 1, 0);
    expect(bucket.take(10_000)).toBe(false);
    bucket.setRate(100, 5, 10_000);
    const granted = Array.from({ length: 50 }, () => bucket.take(10_000)).filter(Boolean).length;
    expect(granted).toBeLessThanOrEqual(5);
  });
});
