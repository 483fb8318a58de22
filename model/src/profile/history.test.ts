import fc from "fast-check";
import { expect, test } from "vitest";
import { foldEvents, NO_PROFILE, type FoldableEvent } from "./fold.ts";
import { MAX_HISTORY, packHistory, unpackHistory } from "./history.ts";

const play = fc.record({
  type: fc.constant("play" as const),
  item: fc.integer({ min: 1, max: 6 }),
  // A few seconds, so that many fall into the same one.
  timeMs: fc.integer({ min: 1_800_000_000_000, max: 1_800_000_003_000 }),
});

/** As the fold does it: what is stored is packed after each batch. */
function foldedIn(batches: readonly (readonly FoldableEvent[])[]): Uint8Array {
  return batches.reduce<Uint8Array>(
    (packed, batch) =>
      packHistory(foldEvents({ ...NO_PROFILE, history: unpackHistory(packed) }, batch).history),
    packHistory([]),
  );
}

test("a history is the same however many folds its events came in", () => {
  fc.assert(
    fc.property(fc.array(fc.array(play, { maxLength: 5 }), { maxLength: 6 }), (batches) => {
      expect(foldedIn(batches)).toEqual(foldedIn([batches.flat()]));
    }),
  );
});

test("the newest come first, and of one second the lower number", () => {
  const packed = packHistory([
    { item: 3, weight: 1, timeMs: 1_800_000_001_000 },
    { item: 2, weight: 1, timeMs: 1_800_000_002_100 },
    { item: 1, weight: 0.5, timeMs: 1_800_000_002_000 },
  ]);
  expect(unpackHistory(packed).map(({ item }) => item)).toEqual([1, 2, 3]);
});

test("times are stored in whole seconds, and one before 1970 as unknown", () => {
  const packed = packHistory([
    { item: 1, weight: 1, timeMs: 1_800_000_001_999 },
    { item: 2, weight: 1, timeMs: -5000 },
  ]);
  expect(unpackHistory(packed).map(({ timeMs }) => timeMs)).toEqual([1_800_000_001_000, 0]);
});

test("the newest entries are stored, and no more than there is room for", () => {
  const entries = Array.from({ length: MAX_HISTORY + 5 }, (_, at) => ({
    item: at,
    weight: 1,
    timeMs: (at + 1) * 1000,
  }));
  const stored = unpackHistory(packHistory(entries));
  expect([stored.length, stored[0]?.item, stored.at(-1)?.item]).toEqual([MAX_HISTORY, MAX_HISTORY + 4, 5]);
});
