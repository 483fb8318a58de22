import { expect, test } from "vitest";
import { viewerStateOf } from "../profile/viewer-state-of.ts";
import { tailoredReasons } from "./tailored-reasons.ts";

const NOW_MS = Date.UTC(2026, 10, 28);
const SIGNALS = { affinity: "none", recency: "none", depth: "new" } as const;

/** Items 10, 11, 12, 13 stand in rows 0 to 3. */
const CATALOGUE = {
  itemSeqs: Uint32Array.of(10, 11, 12, 13),
  rowOf: (seq: number) => (seq >= 10 && seq <= 13 ? seq - 10 : undefined),
};
/** 10 → 12 (0.2), 13 (−1); 11 → 12 (0.6), 11 (1). */
const MODEL = {
  rowStarts: Uint32Array.of(0, 2, 4, 4, 4),
  targets: Uint16Array.of(2, 3, 2, 1),
  weights: Int8Array.of(20, -100, 60, 100),
  scales: Float32Array.of(0.01, 0.01, 0, 0),
  rows: { count: 4, checksum: 0 },
};

function reasons(history: readonly number[], model: typeof MODEL | "none" = MODEL) {
  const plays = history.map((item) => ({ item, weight: 1, timeMs: 0 }));
  const profile = { history: plays, hidden: [], signals: undefined, visits: 1, updatedMs: NOW_MS };
  const viewer = viewerStateOf(profile, SIGNALS, NOW_MS, NOW_MS);
  const packs = {
    catalogue: CATALOGUE,
    model: model === "none" ? undefined : model,
  } as unknown as Parameters<typeof tailoredReasons>[0];
  const found = tailoredReasons(packs, viewer, [0, 1, 2, 3]);
  return Array.from(found, ([row, { because, share }]) => [row, because, Math.round(share * 100)]);
}

test("the title that leads to another most is its reason, with its share of the score", () => {
  expect(reasons([10, 11])).toEqual([[2, 11, 75]]);
  expect(reasons([10])).toEqual([[2, 10, 100]]);
});

test("what speaks against a title, or is the title itself, is no reason", () => {
  expect(reasons([11])).toEqual([[2, 11, 100]]);
  expect(reasons([13])).toEqual([]);
});

test("titles that the catalogue does not know, and a model that is not there, give none", () => {
  expect(reasons([99])).toEqual([]);
  expect(reasons([10], "none")).toEqual([]);
});
