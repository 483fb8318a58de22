import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../seeded-random.ts";
import { CLAIMS, ClaimOrder, type Claim } from "./claim-order.ts";
import { TokenBucket } from "./token-bucket.ts";

type Arrival = { readonly atMs: number; readonly claim: Claim };

const depthAt = (ratePerSec: number): number => Math.max(4, ratePerSec / 4);

/**
 * Plays arrivals, of which those before time 0 only tell the rates, and returns which of the others got a
 * token.
 */
function admitted(ratePerSec: number, arrivals: readonly Arrival[]): Arrival[] {
  const order = new ClaimOrder();
  order.setRate(ratePerSec);
  const share = new TokenBucket(ratePerSec, depthAt(ratePerSec), 0, 0);
  return arrivals.filter(({ atMs, claim }) => {
    order.arrive(claim, atMs);
    if (atMs < 0 || !order.mayTake(claim, share, atMs)) return false;
    share.spend(1);
    return true;
  });
}

/** Poisson arrivals at these rates a second, in the order of claims. */
function poisson(
  rates: readonly [number, number, number],
  fromS: number,
  toS: number,
  seed: number,
): Arrival[] {
  const draw = seededRandom(seed);
  const total = rates[0] + rates[1] + rates[2];
  const arrivals: Arrival[] = [];
  for (let atS = fromS; (atS -= Math.log(1 - draw()) / total) < toS;) {
    const at = draw() * total;
    const claim = CLAIMS[at < rates[0] ? 0 : at < rates[0] + rates[1] ? 1 : 2];
    arrivals.push({ atMs: atS * 1000, claim });
  }
  return arrivals;
}

/** How many of `arrivals` have this claim or one before it. */
function upTo(claim: Claim, arrivals: readonly Arrival[]): number {
  const last = CLAIMS.indexOf(claim);
  return arrivals.filter((arrival) => arrival.atMs >= 0 && CLAIMS.indexOf(arrival.claim) <= last).length;
}

const rate = fc.double({ min: 0.3, max: 100, noNaN: true });
/** Demand as a multiple of the share. */
const demand = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 20, noNaN: true }));

describe("the order of claims", () => {
  test("gives what a priority order gives, whatever the rates: first all that the first ask for, then the rest", () => {
    fc.assert(
      fc.property(rate, fc.tuple(demand, demand, demand), fc.nat(), (ratePerSec, multiples, seed) => {
        const rates = multiples.map((of) => of * ratePerSec) as [number, number, number];
        // Three hundred tokens flow in, after time enough for the rates to be known.
        const arrivals = poisson(rates, -150 / ratePerSec - 30, 300 / ratePerSec, seed);
        const got = admitted(ratePerSec, arrivals);
        for (const claim of CLAIMS) {
          const ideal = Math.min(upTo(claim, arrivals), got.length);
          // Where the demand just meets the share, which claim is the marginal one is chance.
          expect(upTo(claim, got)).toBeGreaterThanOrEqual(0.7 * ideal - 2 * depthAt(ratePerSec));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("refuses nobody who asks for less than the share in small bursts, whatever those behind do", () => {
    const gaps = fc.array(fc.double({ min: 1, max: 3, noNaN: true }), { minLength: 1, maxLength: 200 });
    const claims = fc.array(fc.constantFrom<Claim>("carrier", "stranger"), { minLength: 1 });
    fc.assert(
      fc.property(
        rate,
        gaps,
        fc.double({ min: 0.05, max: 30, noNaN: true }),
        claims,
        (ratePerSec, pairs, others, mix) => {
          const tokenMs = 1000 / ratePerSec;
          let atMs = 0;
          // Two at once, and then nothing for as long as three tokens and more take.
          const proven = pairs.flatMap((gap): Arrival[] => {
            atMs += 3 * gap * tokenMs;
            return [atMs, atMs].map((at) => ({ atMs: at, claim: "proven-without-state" }));
          });
          const behind = Array.from({ length: Math.ceil((atMs / tokenMs) * others) }, (_, at): Arrival => ({
            atMs: (at * tokenMs) / others,
            claim: mix[at % mix.length] as Claim,
          }));
          const arrivals = [...proven, ...behind].toSorted((a, b) => a.atMs - b.atMs);
          const got = admitted(ratePerSec, arrivals);
          expect(upTo("proven-without-state", got)).toBe(proven.length);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("leaves those behind nothing while those before them ask for more than the share", () => {
    for (const ratePerSec of [0.3, 5, 100]) {
      const rates = [3 * ratePerSec, 10 * ratePerSec, 10 * ratePerSec] as const;
      const got = admitted(ratePerSec, poisson(rates, -60, 300 / ratePerSec, 1));
      expect(got.length).toBeGreaterThan(280);
      expect(upTo("proven-without-state", got)).toBeGreaterThan(0.98 * got.length);
    }
  });

  test("gives whom it likes when nobody else asks, and soon after the others have gone", () => {
    const strangers = poisson([0, 0, 50], 0, 30, 1);
    expect(admitted(10, strangers).length).toBeGreaterThan(290);
    const busy = poisson([50, 0, 50], -30, 0, 2);
    const got = admitted(10, [...busy, ...strangers]);
    expect(got.filter(({ atMs }) => atMs < 15_000).length).toBeGreaterThan(140);
  });

  test("wastes and adds no more than a bucketful, whatever arrives and whatever the clock does", () => {
    const step = fc.tuple(
      fc.oneof(fc.constant(0), fc.integer({ min: -30, max: 30 }), fc.integer({ min: 0, max: 3000 })),
      fc.constantFrom(...CLAIMS),
    );
    fc.assert(
      fc.property(rate, fc.array(step, { maxLength: 400 }), (ratePerSec, steps) => {
        const depth = depthAt(ratePerSec);
        let atMs = 0;
        const arrivals = steps.map(([ms, claim]): Arrival => ({
          atMs: (atMs = Math.max(0, atMs + ms)),
          claim,
        }));
        const got = admitted(ratePerSec, arrivals);
        const latestMs = arrivals.reduce((latest, arrival) => Math.max(latest, arrival.atMs), 0);
        expect(got.length).toBeLessThanOrEqual((latestMs / 1000) * ratePerSec + 2 * depth);
        for (const { atMs: fromMs } of got) {
          const inWindow = got.filter((one) => one.atMs >= fromMs && one.atMs < fromMs + 1000).length;
          expect(inWindow).toBeLessThanOrEqual(ratePerSec * 1.06 + 2 * depth);
        }
        // What comes evenly, and more of it than the share, uses all of the share.
        const even = Array.from({ length: 600 }, (_, at): Arrival => ({
          atMs: atMs + (at * 500) / ratePerSec,
          claim: steps[at % Math.max(1, steps.length)]?.[1] ?? "stranger",
        }));
        const all = admitted(ratePerSec, [...arrivals, ...even]).filter((one) => one.atMs >= atMs);
        expect(all.length).toBeGreaterThanOrEqual(300 - 2 * depth);
      }),
    );
  });

  test("knows at the beginning of a share who asks for how much, from the mix before and the demand now", () => {
    // In the calm one of ten is proven. With 100 requests a second they ask for more than a share of 5.
    const order = new ClaimOrder();
    for (let at = 0; at < 100; at += 1)
      order.arrive(at % 10 === 0 ? "proven-without-state" : "stranger", at * 500);
    order.begin(100);
    order.setRate(5);
    const share = new TokenBucket(5, 4, 50_000, 1);
    expect(order.mayTake("stranger", share, 50_000)).toBe(false);
    expect(order.mayTake("proven-without-state", share, 50_000)).toBe(true);
    share.spend(1);
    // Nothing is lent to those who ask for more than there is, or every isolate would lend at once.
    expect(order.mayTake("proven-without-state", share, 50_000)).toBe(false);
  });

  test("grants nothing of a share of nothing", () => {
    const order = new ClaimOrder();
    order.setRate(0);
    const nothing = new TokenBucket(0, 4, 0);
    for (const claim of CLAIMS) {
      order.arrive(claim, 0);
      expect(order.mayTake(claim, nothing, 1000)).toBe(false);
    }
  });
});
