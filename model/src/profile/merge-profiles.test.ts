import { expect, test } from "vitest";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { NO_PROFILE, type Profile } from "./fold.ts";
import { mergeProfiles } from "./merge-profiles.ts";

const user: Profile = {
  history: [
    { item: 1, weight: 0.3, timeMs: 9000 },
    { item: 2, weight: 1, timeMs: 1000 },
  ],
  signals: { ...NO_SIGNALS, team: "ESP", entry: "search" },
  visits: 3,
  updatedMs: 9000,
};
const visitor: Profile = {
  history: [
    { item: 1, weight: 1, timeMs: 5000 },
    { item: 3, weight: 0.5, timeMs: 4000 },
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
    expect(rest).toEqual({ signals: user.signals, visits: 5, updatedMs: 9000 });
  },
);

test("nobody's profiles are no profile", () => {
  expect(mergeProfiles([])).toEqual(NO_PROFILE);
});
