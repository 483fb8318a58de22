import fc from "fast-check";
import { expect, test } from "vitest";
import { foldEvents, NO_PROFILE, type FoldableEvent } from "./fold.ts";
import {
  ENTRY_BYTES,
  MAX_HIDDEN_ITEMS,
  MAX_HISTORY,
  packHistory,
  unpackProfile,
  unpackHistory,
  weightAt,
} from "./history.ts";

const event = fc.record({
  type: fc.constantFrom("play" as const, "click" as const, "complete" as const, "hide" as const),
  item: fc.integer({ min: 1, max: 6 }),
  // A few seconds, so that many fall into the same one.
  timeMs: fc.integer({ min: 1_800_000_000, max: 1_800_000_003 }).map((second) => second * 1000),
});

/** As the fold does it: what is stored is packed after each batch. */
function foldedIn(batches: readonly (readonly FoldableEvent[])[]): Uint8Array {
  return batches.reduce<Uint8Array>((packed, batch) => {
    const stored = { ...NO_PROFILE, history: unpackHistory(packed), hidden: unpackProfile(packed).hidden };
    const { history, hidden } = foldEvents(stored, batch);
    return packHistory(history, hidden);
  }, packHistory([]));
}

test("a history is the same however many folds its events came in", () => {
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 5 }), { maxLength: 6 }), (batches) => {
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

const weight = fc.double({ min: 0.01, max: 1e6, noNaN: true }).map(Math.fround);
const progress = fc.integer({ min: 1, max: 89 }).map((percent) => percent / 100);

test("an unfinished share is stored beside the weight, which keeps 16 bits of its fraction", () => {
  fc.assert(
    fc.property(weight, progress, (exact, share) => {
      const [stored] = unpackHistory(
        packHistory([{ item: 7, weight: exact, timeMs: 5000, progress: share }]),
      );
      expect(stored).toMatchObject({ item: 7, timeMs: 5000, progress: share });
      expect(Math.abs((stored?.weight ?? 0) - exact)).toBeLessThanOrEqual(exact * 2 ** -16);
      // Once stored, it stays.
      expect(unpackHistory(packHistory(stored === undefined ? [] : [stored]))).toEqual([stored]);
    }),
  );
});

test("hidden items stand behind the history, and are no part of it", () => {
  const history = [{ item: 1, weight: 1, timeMs: 5000 }];
  const hidden = [
    { item: 2, timeMs: 9000 },
    { item: 1, timeMs: 6000 },
  ];
  const packed = packHistory(history, hidden);
  expect(unpackHistory(packed)).toEqual(history);
  expect(unpackProfile(packed).hidden).toEqual(hidden);
  // Releases before this one leave out an entry whose weight is no positive number.
  expect(new DataView(packed.buffer).getFloat32(ENTRY_BYTES + 4, true) > 0).toBe(false);
  expect(weightAt(new DataView(packed.buffer), ENTRY_BYTES)).toBe(0);
});

test("an entry of an earlier release is read as it was", () => {
  fc.assert(
    fc.property(weight, (exact) => {
      const packed = new Uint8Array(ENTRY_BYTES);
      const view = new DataView(packed.buffer);
      view.setUint32(0, 7, true);
      view.setFloat32(4, exact, true);
      expect(unpackHistory(packed)).toEqual([{ item: 7, weight: exact, timeMs: 0 }]);
      expect(unpackProfile(packed).hidden).toEqual([]);
    }),
  );
});

test("any bytes are read without an error, and give items, weights and shares that are numbers", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(unpackHistory(bytes).length + unpackProfile(bytes).hidden.length).toBe(
        Math.floor(bytes.length / ENTRY_BYTES),
      );
    }),
  );
});

test("the newest hidden items are stored, and no more than there is room for", () => {
  const hidden = Array.from({ length: MAX_HIDDEN_ITEMS + 5 }, (_, at) => ({
    item: at,
    timeMs: (at + 1) * 1000,
  }));
  const stored = unpackProfile(packHistory([], hidden)).hidden;
  expect([stored.length, stored.at(-1)?.item]).toEqual([MAX_HIDDEN_ITEMS, 5]);
});
