import { gateDepth } from "@spillway/shared/admission/gate.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { TokenBucket } from "@spillway/shared/admission/token-bucket.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { slotQuotas } from "./slot-quota.ts";

function threshold(second: number): number {
  return second < 100 ? 700 : 400;
}

test("grants what a token bucket grants where a second's calls come at even chances within it", () => {
  const random = seededRandom(1);
  // The load is calm, about the threshold, a surge, and calm again.
  const calls = Uint32Array.from({ length: 200 }, (_, second) =>
    Math.floor((second < 40 ? 500 : second < 80 ? 700 : second < 140 ? 2000 : 300) * (0.9 + 0.2 * random())),
  );
  const quotas = slotQuotas(calls, threshold);

  const bucket = new TokenBucket(threshold(0), gateDepth(threshold(0)), 0);
  let [byBucket, byQuota] = [0, 0];
  calls.forEach((asked, second) => {
    if (second === 100) bucket.setRate(threshold(second), gateDepth(threshold(second)), second * 1000);
    const times = Array.from({ length: asked }, () => (second + random()) * 1000).toSorted((a, b) => a - b);
    byBucket += times.filter((atMs) => bucket.take(atMs)).length;
    byQuota += quotas[second] ?? 0;
  });
  expect(byBucket).toBeLessThan(calls.reduce((sum, asked) => sum + asked, 0) / 1.5);
  expect(Math.abs(byBucket / byQuota - 1)).toBeLessThan(0.002);
});

test("never grants more than was asked, nor more than threshold and depth, and grants everything under the threshold", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 200 }),
      (asked, perSlot) => {
        slotQuotas(Uint32Array.from(asked), () => perSlot).forEach((granted, slot) => {
          const calls = asked[slot] ?? 0;
          expect(granted).toBeLessThanOrEqual(Math.min(calls, perSlot + gateDepth(perSlot)));
          expect(granted).toBeGreaterThanOrEqual(Math.min(calls, perSlot));
        });
      },
    ),
  );
});
