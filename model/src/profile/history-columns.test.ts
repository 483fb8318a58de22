import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, unpackColumns } from "./history-columns.ts";
import { packHistory, unpackProfile, type HiddenItem, type HistoryEntry } from "./history.ts";

const times = fc.nat(2_000_000_000).map((seconds) => seconds * 1000);
const entries: fc.Arbitrary<HistoryEntry> = fc.record({
  item: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  weight: fc.double({ min: 0, max: 1, noNaN: true }),
  timeMs: times,
  progress: fc.option(
    fc.integer({ min: 1, max: 89 }).map((percent) => percent / 100),
    { nil: undefined },
  ),
});
const hiddenItems: fc.Arbitrary<HiddenItem> = fc.record({ item: fc.nat(100_000), timeMs: times });

test("reads the same entries from a stored profile as with an object for each, whatever was cut off", () => {
  fc.assert(
    fc.property(fc.array(entries), fc.array(hiddenItems), fc.nat(30), (history, hidden, cut) => {
      const packed = packHistory(history, hidden);
      const bytes = packed.subarray(0, Math.max(0, packed.length - cut));
      const whole = unpackProfile(bytes);
      const columns = unpackColumns(bytes);
      expect(columns.history).toEqual(columnsOf(whole.history));
      expect(columns.hidden).toEqual(whole.hidden);
    }),
  );
});
