import { describe, expect, it } from "vitest";
import { seededRandom } from "../seeded-random.ts";
import { WeightedReservoir, type ReservoirBounds, type Weighted } from "./weighted-reservoir.ts";

type Kind = { readonly name: string; readonly importance: number; readonly bytes: number };

/** One item in ten thousand is `rare`, and large. */
const COMMON: Kind = { name: "common", importance: 1, bytes: 100 };
const SELDOM: Kind = { name: "seldom", importance: 5, bytes: 150 };
const RARE: Kind = { name: "rare", importance: 16, bytes: 900 };
const STREAM = Array.from({ length: 20_000 }, (_, at) =>
  at % 10_000 === 7000 ? RARE : at % 50 === 3 ? SELDOM : COMMON,
);

function sampleOf(stream: readonly Kind[], bounds: ReservoirBounds, draw: () => number): Weighted<Kind>[] {
  const reservoir = new WeightedReservoir<Kind>(bounds, draw);
  for (const item of stream) {
    if (!reservoir.passesBy(item.importance)) reservoir.put(item, item.importance, item.bytes);
  }
  return reservoir.drain();
}

function totalOf(sample: readonly Weighted<Kind>[], kind: Kind): number {
  return sample.reduce((sum, { item, weight }) => sum + (item === kind ? weight : 0), 0);
}

/** Mean and standard error of a kind's estimated total, over many samples. */
function estimates(kind: Kind, bounds: ReservoirBounds, rounds: number): { mean: number; error: number } {
  const draw = seededRandom(35);
  const totals = Array.from({ length: rounds }, () => totalOf(sampleOf(STREAM, bounds, draw), kind));
  const mean = totals.reduce((sum, total) => sum + total, 0) / rounds;
  const variance = totals.reduce((sum, total) => sum + (total - mean) ** 2, 0) / (rounds - 1);
  return { mean, error: Math.sqrt(variance / rounds) };
}

describe("a weighted reservoir", () => {
  it.each([
    ["items", { maxItems: 60, maxBytes: Number.POSITIVE_INFINITY }],
    ["bytes, which the rare ones need more of", { maxItems: 1000, maxBytes: 6000 }],
  ])("estimates every total without bias, bounded by %s", (_, bounds) => {
    for (const kind of [COMMON, SELDOM, RARE]) {
      const truth = STREAM.filter((item) => item === kind).length;
      const { mean, error } = estimates(kind, bounds, 600);
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(mean - truth) / error, `${kind.name}: ${mean} ± ${error}`).toBeLessThan(3);
    }
  });

  it("keeps important items as often as their importance says", () => {
    const draw = seededRandom(36);
    const kept = new Map<Kind, number>();
    for (let round = 0; round < 400; round += 1) {
      for (const { item } of sampleOf(STREAM, { maxItems: 60, maxBytes: 1e9 }, draw))
        kept.set(item, (kept.get(item) ?? 0) + 1);
    }
    // 19,598 common ones of importance 1, and 400 of importance 5.
    const ratio = (kept.get(SELDOM) ?? 0) / 400 / ((kept.get(COMMON) ?? 0) / 19_598);
    expect(ratio).toBeGreaterThan(4.5);
    expect(ratio).toBeLessThan(5.5);
  });

  it("never holds more than its bounds, whatever comes", () => {
    const draw = seededRandom(37);
    const reservoir = new WeightedReservoir<number>({ maxItems: 40, maxBytes: 2000 }, draw);
    for (let at = 0; at < 5000; at += 1) {
      const bytes = 20 + Math.floor(draw() * 400);
      if (!reservoir.passesBy(1 + draw() * 15)) reservoir.put(bytes, 1, bytes);
    }
    const kept = reservoir.drain();
    expect(kept.length).toBeGreaterThan(2);
    expect(kept.length).toBeLessThanOrEqual(40);
    expect(kept.reduce((sum, { item }) => sum + item, 0)).toBeLessThanOrEqual(2000);
    expect(reservoir.drain()).toEqual([]);
  });

  it("keeps all of a short stream, each for itself, and begins anew after it was drained", () => {
    const draw = seededRandom(38);
    const reservoir = new WeightedReservoir<Kind>({ maxItems: 60, maxBytes: 1e9 }, draw);
    for (const expected of [50, 60]) {
      for (const item of STREAM.slice(0, expected)) {
        expect(reservoir.passesBy(item.importance)).toBe(false);
        reservoir.put(item, item.importance, item.bytes);
      }
      const kept = reservoir.drain();
      expect(kept).toHaveLength(expected);
      expect(kept.every(({ weight }) => weight === 1)).toBe(true);
    }
  });
});
