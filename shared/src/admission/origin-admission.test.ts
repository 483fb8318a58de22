import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../seeded-random.ts";
import type { Credit, DemandReport } from "./credit.ts";
import { maxPerSecond } from "./gate.ts";
import { OriginAdmission } from "./origin-admission.ts";

const MAX_KAPPA = 2;

function origin(thresholdPerSec: number | undefined, instances = 1): OriginAdmission {
  return new OriginAdmission(
    { limits: { thresholdPerSec, maxInFlight: 1_000_000 }, instances, draw: seededRandom(1) },
    0,
  );
}

const report = (isolate: number, demandPerSec = 50, arrivals = 1, collapsed = false): DemandReport => ({
  isolate: `i${isolate}`,
  demandPerSec,
  arrivals,
  collapsed,
});

/**
 * Sends `perSec` requests in total from `isolates` in turn, each standing for `arrivals`, and returns each
 * one's last credit.
 */
function load(
  admission: OriginAdmission,
  {
    fromMs,
    toMs,
    perSec,
    isolates,
    arrivals = 1,
  }: Record<"fromMs" | "toMs" | "perSec" | "isolates", number> & {
    arrivals?: number;
  },
): Map<string, Credit> {
  const credits = new Map<string, Credit>();
  for (let at = 0; at < ((toMs - fromMs) / 1000) * perSec; at += 1) {
    const asked = report(at % isolates, (perSec * arrivals) / isolates, arrivals);
    const { credit } = admission.request(asked, fromMs + (at * 1000) / perSec);
    if (credit !== undefined) credits.set(asked.isolate, credit);
  }
  return credits;
}

const rateOf = (credit: Credit): number =>
  credit.kind === "share" ? credit.ratePerSec : Number.POSITIVE_INFINITY;

describe("under the threshold", () => {
  test("everybody is open, even at nine tenths of it", () => {
    const credits = load(origin(100), { fromMs: 0, toMs: 10_000, perSec: 90, isolates: 10 });
    expect([...credits.values()].every(({ kind }) => kind === "open")).toBe(true);
  });

  test("a caller who reports nothing is admitted and credited nothing", () => {
    expect(origin(100).request(undefined, 0)).toEqual({ gate: { admitted: true }, credit: undefined });
  });
});

describe("over the threshold", () => {
  test("shares add up to the threshold", () => {
    const admission = origin(100);
    const credits = load(admission, { fromMs: 0, toMs: 2000, perSec: 5000, isolates: 40 });
    const sum = [...credits.values()].reduce((total, credit) => total + rateOf(credit), 0);
    expect(sum).toBeGreaterThan(80);
    expect(sum).toBeLessThanOrEqual(100 + 1e-6);
  });

  test("instances that share the threshold each credit the whole of it, by the demand that they see", () => {
    const credits = load(origin(50, 2), { fromMs: 0, toMs: 2000, perSec: 2500, isolates: 40 });
    const sum = [...credits.values()].reduce((total, credit) => total + rateOf(credit), 0);
    expect(sum).toBeGreaterThan(60);
    expect(sum).toBeLessThanOrEqual(100 + 1e-6);
  });

  test("demand is what the requests stand for, and over it ends within half a second of their collapse", () => {
    const admission = origin(100);
    load(admission, { fromMs: 0, toMs: 2000, perSec: 1000, isolates: 40 });
    load(admission, { fromMs: 2000, toMs: 6000, perSec: 100, isolates: 40, arrivals: 100 });
    expect(admission.demand.over).toBe(true);
    expect(admission.demand.demandPerSec).toBeGreaterThan(5000);
    load(admission, { fromMs: 6000, toMs: 6500, perSec: 50, isolates: 40 });
    expect(admission.demand.over).toBe(false);
  });

  test("an isolate whose demand has collapsed gets a lease so short that it soon asks again", () => {
    const admission = origin(100);
    load(admission, { fromMs: 0, toMs: 1000, perSec: 5000, isolates: 40 });
    expect(admission.request(report(1, 3, 1, true), 1001).credit).toMatchObject({
      kind: "share",
      leaseMs: 300,
    });
  });

  test("isolates that send nothing more lose their share to the others", () => {
    const admission = origin(100);
    load(admission, { fromMs: 0, toMs: 2000, perSec: 5000, isolates: 100 });
    const credits = load(admission, { fromMs: 2000, toMs: 16_000, perSec: 500, isolates: 10 });
    const sum = [...credits.values()].reduce((total, credit) => total + rateOf(credit), 0);
    expect(admission.ledger.size).toBe(10);
    expect(sum).toBeGreaterThan(45);
  });

  test("nothing is credited where nothing is allowed", () => {
    const { gate, credit } = origin(0).request(report(1), 0);
    expect(gate).toEqual({ admitted: false, reason: "over-threshold" });
    expect(credit).toBeDefined();
  });
});

const arrival = fc.record({
  ms: fc.oneof(fc.constant(0), fc.integer({ min: -20, max: 30 }), fc.integer({ min: 0, max: 3000 })),
  isolate: fc.integer({ min: 0, max: 12 }),
  demand: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true })),
  arrivals: fc.integer({ min: 1, max: 100_000 }),
  collapsed: fc.boolean(),
});

test("whatever is reported, the credited rates add up to at most κT at every grant", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 5000, noNaN: true }),
      fc.array(arrival, { minLength: 50, maxLength: 300 }),
      (thresholdPerSec, arrivals) => {
        const admission = origin(thresholdPerSec);
        let nowMs = 1000;
        let shares = 0;
        for (const { ms, isolate, demand, arrivals: count, collapsed } of arrivals) {
          nowMs += ms;
          const { credit } = admission.request(report(isolate, demand, count, collapsed), nowMs);
          if (credit?.kind !== "share") continue;
          shares += 1;
          expect(credit.ratePerSec).toBeGreaterThanOrEqual(0);
          // κ is 1 until a spike has lasted two seconds, so until then the bound is the threshold itself.
          const kappa = nowMs < 3000 ? 1 : MAX_KAPPA;
          expect(admission.ledger.creditedPerSec).toBeLessThanOrEqual(kappa * thresholdPerSec * (1 + 1e-9));
        }
        fc.pre(shares > 0);
      },
    ),
  );
});

test("a change of threshold in the middle of everything never admits above the higher one in any second", () => {
  const change = fc.record({
    ms: fc.integer({ min: 0, max: 60 }),
    threshold: fc.option(fc.integer({ min: 0, max: 80 }), { freq: 10, nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 50, maxLength: 400 }), (steps) => {
      const admission = origin(20);
      let threshold = 20;
      let nowMs = 0;
      const admitted: number[] = [];
      const thresholds: (readonly [atMs: number, threshold: number])[] = [[0, 20]];
      for (const step of steps) {
        nowMs += step.ms;
        if (step.threshold !== undefined) {
          threshold = step.threshold;
          thresholds.push([nowMs, threshold]);
          admission.gate.setLimits({ thresholdPerSec: threshold, maxInFlight: 1_000_000 }, nowMs);
        }
        if (admission.request(report(1), nowMs).gate.admitted) admitted.push(nowMs);
      }
      for (const fromMs of admitted) {
        const count = admitted.filter((atMs) => atMs >= fromMs && atMs < fromMs + 1000).length;
        const before = thresholds.findLast(([atMs]) => atMs <= fromMs)?.[1] ?? 0;
        const within = thresholds
          .filter(([atMs]) => atMs > fromMs && atMs < fromMs + 1000)
          .map(([, most]) => most);
        expect(count).toBeLessThanOrEqual(maxPerSecond(Math.max(before, ...within)));
      }
    }),
  );
});

test("clocks that stand still or step back break nothing: the gate goes on, and admits no more than its threshold", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -100_000, max: 50 }), { minLength: 10, maxLength: 200 }),
      (steps) => {
        const admission = origin(10);
        let nowMs = 1e9;
        for (const ms of steps) {
          nowMs += ms;
          admission.request(report(1), nowMs);
        }
        // Time goes on from wherever the clock stands now, and within six seconds the gate admits again.
        const after = Array.from({ length: 700 }, (_, at) => admission.request(report(1), nowMs + at * 10));
        const count = after.filter(({ gate }) => gate.admitted).length;
        expect(count).toBeGreaterThan(0);
        expect(count).toBeLessThanOrEqual(7 * maxPerSecond(10));
      },
    ),
  );
});

describe("several origins", () => {
  test.each([1, 4, 32])("%s of them credit the threshold together, and not each the whole", (instances) => {
    const [thresholdPerSec, isolates, demandPerSec] = [32 * 150, 3200, 20];
    const draw = seededRandom(3);
    const origins = Array.from({ length: instances }, () => origin(thresholdPerSec / instances, instances));
    /** What each isolate was credited last, and when it forwards again. */
    const rates = new Float64Array(isolates);
    const nextMs = Float64Array.from({ length: isolates }, () => draw() * 200);
    const lastMs = new Float64Array(isolates);
    const sums: number[] = [];
    for (let nowMs = 0; nowMs < 20_000; nowMs += 10) {
      for (let at = 0; at < isolates; at += 1) {
        if ((nextMs[at] ?? 0) > nowMs) continue;
        const arrivals = Math.max(1, Math.round(((nowMs - (lastMs[at] ?? 0)) / 1000) * demandPerSec));
        const { credit } =
          origins[Math.floor(draw() * instances)]?.request(report(at, demandPerSec, arrivals), nowMs) ?? {};
        const share = credit?.kind === "share" ? credit : { ratePerSec: demandPerSec, leaseMs: 1000 };
        rates[at] = share.ratePerSec;
        lastMs[at] = nowMs;
        const gapMs =
          share.ratePerSec > 0 ? (-Math.log(1 - draw()) * 1000) / share.ratePerSec : share.leaseMs;
        nextMs[at] = nowMs + Math.min(gapMs, share.leaseMs);
      }
      if (nowMs > 8000) sums.push(rates.reduce((sum, rate) => sum + rate, 0) / thresholdPerSec);
    }
    const mean = sums.reduce((sum, value) => sum + value, 0) / sums.length;
    expect(mean).toBeGreaterThan(0.7);
    expect(mean).toBeLessThan(1.06);
  });
});
