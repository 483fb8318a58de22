import { expect, test } from "vitest";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { NO_PROFILE, type Profile } from "./fold.ts";
import type { HistoryEntry } from "./history.ts";
import { mergeProfiles } from "./merge-profiles.ts";

const user: Profile = {
  history: [
    { item: 1, weight: 0.3, timeMs: 9000 },
    { item: 2, weight: 1, timeMs: 1000 },
  ],
  hidden: [{ item: 3, timeMs: 8000 }],
  signals: { ...NO_SIGNALS, team: "ESP", entry: "search" },
  visits: 3,
  updatedMs: 9000,
};
const visitor: Profile = {
  history: [
    { item: 1, weight: 1, timeMs: 5000 },
    { item: 3, weight: 0.5, timeMs: 4000 },
  ],
  hidden: [
    { item: 1, timeMs: 6000 },
    { item: 3, timeMs: 7000 },
  ],
  signals: { ...NO_SIGNALS, team: "BEL", entry: "social" },
  visits: 2,
  updatedMs: 5000,
};

test.each([[[user, visitor]], [[visitor, user]]])(
  "one person has each item at its strongest and latest, all visits, and the newest signals",
  (profiles) => {
    const { history, ...rest } = mergeProfiles(profiles);
    expect(history.toSorted((a, b) => a.item - b.item)).toEqual([
      { item: 1, weight: 1, timeMs: 9000 },
      { item: 2, weight: 1, timeMs: 1000 },
      { item: 3, weight: 0.5, timeMs: 4000 },
    ]);
    // The user has opened item 1 after the visitor hid it.
    expect(rest).toEqual({
      hidden: [{ item: 3, timeMs: 8000 }],
      signals: user.signals,
      visits: 5,
      updatedMs: 9000,
    });
  },
);

test.each<[string, number | undefined, HistoryEntry, HistoryEntry]>([
  ["the later's", 0.6, entry(0.4, 1000, 1), entry(0.6, 2000, 1)],
  ["the earlier's, where the later only opened it", 0.4, entry(0.4, 1000, 1), entry(undefined, 2000, 0.3)],
  [
    "none, where the later may have watched it to its end",
    undefined,
    entry(0.4, 1000),
    entry(undefined, 2000, 1),
  ],
  ["the greater, of one second", 0.6, entry(0.6, 1000, 1), entry(0.4, 1000, 1)],
])("of one item's unfinished shares, %s counts", (_, progress, a, b) => {
  expect(mergeProfiles([profileOf(a), profileOf(b)]).history[0]?.progress).toBe(progress);
  expect(mergeProfiles([profileOf(b), profileOf(a)]).history[0]?.progress).toBe(progress);
});

function profileOf(only: HistoryEntry): Profile {
  return { ...NO_PROFILE, history: [only] };
}

function entry(progress: number | undefined, timeMs: number, weight = 0.5): HistoryEntry {
  return { item: 1, weight, timeMs, progress };
}

test("nobody's profiles are no profile", () => {
  expect(mergeProfiles([])).toEqual(NO_PROFILE);
});
