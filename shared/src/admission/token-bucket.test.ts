import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gateDepth } from "./gate.ts";
import { TokenBucket } from "./token-bucket.ts";

function grantsAt(bucket: TokenBucket, nowMs: number): number {
  return Array.from({ length: 100 }, () => bucket.take(nowMs)).filter(Boolean).length;
}

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
    expect(grantsAt(bucket, 10_000)).toBe(1);
  });

  test("keeps what has flowed in at the old rate, up to the new depth", () => {
    const deeper = new TokenBucket(10, 5, 0, 0);
    deeper.setRate(1000, 50, 300);
    expect([deeper.ratePerSec, grantsAt(deeper, 300)]).toEqual([1000, 3]);
    const shallower = new TokenBucket(10, 5, 0);
    shallower.setRate(10, 2, 0);
    expect(grantsAt(shallower, 0)).toBe(2);
  });

  test("owes what was spent beyond its content", () => {
    const bucket = new TokenBucket(10, 5, 0);
    bucket.spend(8);
    expect([bucket.holds(0), bucket.holds(399), bucket.holds(400)]).toEqual([false, false, true]);
  });

  test("waits for a clock that is a little behind, and starts anew from one that was set back", () => {
    const bucket = new TokenBucket(10, 1, 100_000, 0);
    expect([bucket.holds(95_000), bucket.holds(95_200), bucket.holds(100_100)]).toEqual([false, false, true]);
    bucket.spend(1);
    expect([bucket.holds(95_000), bucket.holds(95_100)]).toEqual([false, true]);
  });
});
