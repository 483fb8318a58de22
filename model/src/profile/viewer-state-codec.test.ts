import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEPTHS, RECENCIES } from "@spillway/shared/signals/signals.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import type { HistoryEntry } from "./history.ts";
import { viewerStateOf } from "./viewer-state-of.ts";
import {
  MAX_VIEWER_STATE_BYTES,
  packViewerState,
  readViewerState,
  viewerStateBytes,
  viewerStateText,
} from "./viewer-state-codec.ts";
import { newViewerState, type ViewerState } from "./viewer-state.ts";

const NOW_MS = 1_800_000_000_000;
const DAY_MS = 24 * 3600 * 1000;
const OWNER = "0123456789ab";
const SIGNALS = { affinity: "science-fiction_12", recency: "library", depth: "deep" } as const;

const entry: fc.Arbitrary<HistoryEntry & { progress?: number | undefined }> = fc.record({
  item: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 32 - 1 })),
  weight: fc.constantFrom(0.3, 0.7, 1),
  timeMs: fc.oneof(fc.constant(0), fc.integer({ min: NOW_MS - 900 * DAY_MS, max: NOW_MS })),
  progress: fc.option(
    fc.integer({ min: 1, max: 89 }).map((percent) => percent / 100),
    { nil: undefined },
  ),
});

const states: fc.Arbitrary<ViewerState> = fc
  .record({
    history: fc.uniqueArray(entry, { maxLength: 80, selector: ({ item }) => item }),
    hidden: fc.uniqueArray(
      fc.record({
        item: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        timeMs: fc.integer({ min: 0, max: NOW_MS }),
      }),
      { maxLength: 20, selector: ({ item }) => item },
    ),
    affinity: fc.stringMatching(/^[a-z0-9_-]{1,48}$/).filter((text) => text !== "none"),
    recency: fc.constantFrom(...RECENCIES),
    depth: fc.constantFrom(...DEPTHS),
    foldedMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: NOW_MS })),
  })
  .map(({ history, hidden, foldedMs, ...signals }) =>
    viewerStateOf({ history, hidden }, signals, foldedMs, NOW_MS),
  );

function read(bytes: Uint8Array): ViewerState {
  const found = readViewerState(bytes);
  if (found === undefined) throw new Error("no viewer state");
  return found.state;
}

function readBack(state: ViewerState): ViewerState {
  return read(packViewerState(state, OWNER).bytes);
}

test("a state is read as it was written, values to half an octave", () => {
  fc.assert(
    fc.property(states, (state) => {
      const again = readBack(state);
      const { titles, hiddenMs, plays, ...rest } = again;
      const { titles: before, hiddenMs: _, plays: playsBefore, ...restBefore } = state;
      expect(rest).toEqual(restBefore);
      expect([titles.items, titles.watched]).toEqual([before.items, before.watched]);
      expect(Math.abs(plays - playsBefore)).toBeLessThanOrEqual(0.125);
      expect(hiddenMs).toHaveLength(state.hidden.length);
      const top = Math.max(...before.values);
      // What is 0 was at most 2^-6 of the greatest value.
      const octavesOff = Array.from(titles.values, (value, at) =>
        value === 0
          ? Math.log2((before.values[at]! / top) * 2 ** 6)
          : Math.abs(Math.log2(value / before.values[at]!)),
      );
      expect(Math.max(0, ...octavesOff)).toBeLessThanOrEqual(0.26);
    }),
  );
});

test("writing what was read gives the same bytes, so that a state does not wear off at the edge", () => {
  fc.assert(
    fc.property(states, (state) => {
      const { bytes } = packViewerState(state, OWNER);
      expect(packViewerState(read(bytes), OWNER).bytes).toEqual(bytes);
    }),
  );
});

test("the owner's tag comes with it, and the text in cookie and header", () => {
  const { bytes } = packViewerState(newViewerState(NOW_MS), OWNER);
  const text = viewerStateText(bytes);
  expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(readViewerState(viewerStateBytes(text)!)).toEqual({
    ownerTag: OWNER,
    state: newViewerState(NOW_MS),
  });
});

test.each(["", "a", "%%%", "é", "AQEB=", "A".repeat(100_000)])("%j is no viewer state", (text) => {
  const bytes = viewerStateBytes(text);
  expect(bytes === undefined ? undefined : readViewerState(bytes)).toBeUndefined();
});

/** What begins as a state does, so that reading gets beyond the first byte. */
const nearlyStates = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((tail) => Uint8Array.of(1, 0, 0, 0, 0, 0, 0, ...tail)),
  fc
    .tuple(states, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
    .map(([state, changes]) => {
      const { bytes } = packViewerState(state, OWNER);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes;
    }),
);

test("whatever the bytes are, reading never throws, and what it returns is bounded and can be written", () => {
  fc.assert(
    fc.property(nearlyStates, (bytes) => {
      const found = readViewerState(bytes);
      if (found === undefined) return;
      const { titles, recent, hidden } = found.state;
      expect(titles.items.length).toBeLessThanOrEqual(Math.min(1000, bytes.length * 8));
      expect(titles.items).toEqual(titles.items.toSorted());
      expect(new Set(titles.items).size).toBe(titles.items.length);
      expect(titles.values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      expect(new Set(recent.map(({ item }) => item)).size).toBe(recent.length);
      expect(recent.every(({ item }) => titles.items.includes(item))).toBe(true);
      expect(new Set(hidden).size).toBe(hidden.length);
      expect(read(packViewerState(found.state, found.ownerTag).bytes).titles.items).toEqual(titles.items);
    }),
    { numRuns: 2000 },
  );
});

test("a count that the bytes cannot hold makes no array", () => {
  const { bytes } = packViewerState(newViewerState(NOW_MS), OWNER);
  for (let length = 0; length < bytes.length; length += 1) {
    expect(readViewerState(bytes.subarray(0, length))).toBeUndefined();
  }
});

function historyOf(
  count: number,
  catalogue: number,
  more: (random: () => number) => Partial<HistoryEntry>,
): HistoryEntry[] {
  const random = seededRandom(7);
  const items = new Set<number>();
  while (items.size < count) items.add(1 + Math.floor(random() * catalogue));
  return Array.from(items, (item) => ({ item, weight: 1, timeMs: 0, ...more(random) }));
}

function textLength(history: readonly HistoryEntry[]): number {
  return viewerStateText(
    packViewerState(viewerStateOf({ history, hidden: [] }, SIGNALS, NOW_MS, NOW_MS), OWNER).bytes,
  ).length;
}

const atAnyTime = (random: () => number) => ({
  timeMs: NOW_MS - random() * 730 * DAY_MS,
  weight: random() < 0.1 ? 0.3 : 1,
});

describe("the size in a cookie", () => {
  test.each([
    ["without times", () => ({})],
    ["played within two years, a tenth only opened", atAnyTime],
  ])("1,000 titles of a catalogue of 20,000, %s, take at most 1,600 characters", (_, more) => {
    expect(textLength(historyOf(1000, 20_000, more))).toBeLessThanOrEqual(1600);
  });

  const movielens = new URL("../../../../shared/data/movielens-1m/interactions.csv.gz", import.meta.url);
  test.skipIf(!existsSync(movielens))(
    "MovieLens 1M (skipped where its data is not beside the checkout)",
    () => {
      const lines = gunzipSync(readFileSync(movielens)).toString().trim().split("\n").slice(1);
      const histories = Map.groupBy(
        lines.map((line) => line.split(",").map(Number)),
        ([user]) => user,
      );
      const lengths = Array.from(histories.values(), (rows) =>
        textLength(rows.map(([, item]) => ({ item: item! + 1, weight: 1, timeMs: 0 }))),
      ).toSorted((a, b) => a - b);
      expect(lengths).toHaveLength(6018);
      expect(lengths[3009]).toBeLessThanOrEqual(200);
      expect(lengths.at(-1)).toBeLessThanOrEqual(1600);
    },
  );
});

describe("where there is no room for all", () => {
  const sparse = 2 ** 32 - 1;

  test("no state is longer than 3,000 characters, and what was left out is counted", () => {
    const history = historyOf(1000, sparse, atAnyTime);
    const state = viewerStateOf({ history, hidden: [] }, SIGNALS, NOW_MS, NOW_MS);
    const { bytes, dropped } = packViewerState(state, OWNER);
    expect(bytes.length).toBeLessThanOrEqual(MAX_VIEWER_STATE_BYTES);
    expect(viewerStateText(bytes).length).toBeLessThanOrEqual(3000);
    expect(dropped).toBe(1000 - read(bytes).titles.items.length);
    expect(dropped).toBeGreaterThan(100);
  });

  test.each([20_000, 200_000, 5_000_000, sparse])(
    "the room is used, whatever a title among %i takes",
    (catalogue) => {
      const history = historyOf(1000, catalogue, atAnyTime);
      const hidden = Array.from({ length: 200 }, (_, at) => ({ item: at * 10_000_000, timeMs: NOW_MS }));
      const state = viewerStateOf({ history, hidden }, SIGNALS, NOW_MS, NOW_MS);
      const { bytes, dropped } = packViewerState(state, OWNER);
      expect(dropped).toBe(1000 - read(bytes).titles.items.length);
      expect(dropped).toBeGreaterThan(10);
      expect(bytes.length).toBeLessThanOrEqual(MAX_VIEWER_STATE_BYTES);
      expect(bytes.length).toBeGreaterThan(MAX_VIEWER_STATE_BYTES - 30);
    },
  );

  test("titles that were only opened go first, and then those that were watched longest ago", () => {
    const watched = historyOf(900, sparse, () => ({})).map((played, at) => ({
      ...played,
      timeMs: NOW_MS - (at * DAY_MS) / 4,
    }));
    const opened = Array.from({ length: 100 }, (_, at) => ({ item: at + 1, weight: 0.3, timeMs: NOW_MS }));
    const state = viewerStateOf({ history: [...opened, ...watched], hidden: [] }, SIGNALS, NOW_MS, NOW_MS);
    const kept = new Set(readBack(state).titles.items);
    expect(opened.some(({ item }) => kept.has(item))).toBe(false);
    const order = watched.map(({ item }) => kept.has(item));
    expect(order.indexOf(false)).toBeGreaterThan(300);
    expect(order.lastIndexOf(true)).toBe(order.indexOf(false) - 1);
  });

  test("1,000 titles stay of more, and 200 hidden ones, the newest", () => {
    const history = historyOf(1005, 20_000, () => ({}));
    const hidden = Array.from({ length: 210 }, (_, at) => ({ item: at + 1, timeMs: NOW_MS - at * 60_000 }));
    const { bytes, dropped } = packViewerState(
      viewerStateOf({ history, hidden }, SIGNALS, NOW_MS, NOW_MS),
      OWNER,
    );
    expect(dropped).toBe(15);
    expect([...read(bytes).hidden]).toEqual(hidden.slice(0, 200).map(({ item }) => item));
  });
});
