/**
 * How well the sample tells what a known day was: drawn by the isolates' own classes and thinned out as the
 * origin does, read by the dry run's estimator, a hundred times over.
 */
import { expect, test } from "vitest";
import { OutcomeShares } from "@spillway/edge/serving-log/outcome-shares.ts";
import { WeightedReservoir } from "@spillway/shared/sample/weighted-reservoir.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import type { ServedAs, ServedReason } from "@spillway/shared/protocol/served.ts";
import { NO_SUMS, shareOf, type Share, type Sums } from "@spillway/simulation/dry-run/estimate.ts";

type Request = {
  readonly as: ServedAs;
  readonly reason: ServedReason;
  readonly byRule: boolean;
  /** One in a hundred, whatever the outcome. */
  readonly fromAd: boolean;
  /** One in five. */
  readonly onTv: boolean;
};

const SAMPLES = 100;
const ISOLATES = 6;
const FLUSHES = 60;
/** As an isolate keeps of each ten seconds; its bound in bytes allows for about as many. */
const KEPT = { maxItems: 55, maxBytes: Number.POSITIVE_INFINITY };

/**
 * Of a day with a wall: one isolate's ten seconds have 40 to 400 requests, and most are tailored while it
 * lasts.
 */
function requestsOf(draw: () => number, flush: number): Request[] {
  const isWall = flush >= 20 && flush < 30;
  const count = isWall ? 400 : 40 + Math.floor(60 * draw());
  return Array.from({ length: count }, (): Request => {
    const byRule = draw() < 0.01;
    const isIndividual = draw() < (isWall ? 0.04 : 0.95);
    const served = byRule
      ? ({ as: "generic", reason: "rule" } as const)
      : isIndividual
        ? ({ as: "individual", reason: "admitted" } as const)
        : ({ as: "tailored", reason: "over-threshold" } as const);
    return { ...served, byRule, fromAd: draw() < 0.01, onTv: draw() < 0.2 };
  });
}

type Asked = (request: Request) => boolean;
const ASKED: Readonly<Record<string, Asked>> = {
  byRule: ({ byRule }) => byRule,
  fromAd: ({ fromAd }) => fromAd,
  individual: ({ as }) => as === "individual",
  individualOnTv: ({ as, onTv }) => as === "individual" && onTv,
};

type Tuple = { readonly request: Request; readonly weight: number };

/** The day of all isolates, sampled. */
function sampleOf(day: readonly (readonly Request[])[], draw: () => number): Tuple[] {
  return Array.from({ length: day.length / FLUSHES }, (_, isolate) => {
    const shares = new OutcomeShares();
    const kept = new WeightedReservoir<Request>(KEPT, draw);
    return Array.from({ length: FLUSHES }, (_unused, flush) => {
      for (const request of day[isolate * FLUSHES + flush] ?? []) {
        const importance = shares.importanceOf(request.as, request.reason, request.byRule);
        if (!kept.passesBy(importance)) kept.put(request, importance, 0);
      }
      shares.fade();
      return kept.drain().map(({ item, weight }): Tuple => ({ request: item, weight }));
    }).flat();
  }).flat();
}

/** As the origin does with more than it keeps of a day. */
function thinned(tuples: readonly Tuple[], most: number, draw: () => number): Tuple[] {
  const kept = new WeightedReservoir<Tuple>({ maxItems: most, maxBytes: Number.POSITIVE_INFINITY }, draw);
  for (const tuple of tuples) {
    const importance = tuple.weight * (tuple.request.byRule ? 8 : 1);
    if (!kept.passesBy(importance)) kept.put(tuple, importance, 0);
  }
  return kept.drain().map(({ item, weight }) => ({ request: item.request, weight: item.weight * weight }));
}

function sumsOf(tuples: readonly Tuple[], asked: Asked): Sums {
  let { tuples: count, requests, squares } = NO_SUMS;
  for (const { request, weight } of tuples) {
    if (!asked(request)) continue;
    count += 1;
    requests += weight;
    squares += weight ** 2;
  }
  return { tuples: count, requests, squares };
}

function estimate(tuples: readonly Tuple[], asked: Asked): Share {
  return shareOf(
    sumsOf(tuples, asked),
    sumsOf(tuples, () => true),
  );
}

test.each([
  ["as the isolates send it", undefined],
  ["thinned out at the origin", 5000],
])("of 100 samples of a known day, %s, at least 90 intervals cover the truth", (_, most) => {
  const draw = seededRandom(152);
  const day = dayOf(ISOLATES, draw);
  const requests = day.flat();
  const covered = new Map<string, number>();
  for (let round = 0; round < SAMPLES; round += 1) {
    const all = sampleOf(day, draw);
    const tuples = most === undefined ? all : thinned(all, most, draw);
    for (const [name, asked] of Object.entries(ASKED)) {
      const truth = requests.filter(asked).length / requests.length;
      const { low, high } = estimate(tuples, asked);
      if (low <= truth && truth <= high) covered.set(name, (covered.get(name) ?? 0) + 1);
    }
  }
  for (const name of Object.keys(ASKED)) expect(covered.get(name) ?? 0).toBeGreaterThanOrEqual(90);
});

function dayOf(isolates: number, draw: () => number): Request[][] {
  return Array.from({ length: isolates * FLUSHES }, (_, at) => requestsOf(draw, at % FLUSHES));
}

test("at 100,000 tuples an interval at a share of 1 % is no wider than 0.15 points to either side", () => {
  const draw = seededRandom(153);
  const day = dayOf(35, draw);
  const tuples = sampleOf(day, draw).slice(0, 100_000);
  expect(tuples.length).toBe(100_000);
  for (const asked of [ASKED["byRule"], ASKED["fromAd"]]) {
    const { share, low, high } = estimate(tuples, asked as Asked);
    expect(share).toBeGreaterThan(0.008);
    expect(share).toBeLessThan(0.012);
    expect(Math.max(high - share, share - low)).toBeLessThan(0.0015);
  }
});
