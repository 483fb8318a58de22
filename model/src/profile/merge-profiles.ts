/**
 * One person's profile from those of several ids: a user and the visitors who turned out to be that user.
 * Pure.
 */
import { latestSignals, NO_PROFILE, type Profile } from "./fold.ts";
import type { HistoryEntry } from "./history.ts";

/**
 * The profile that one person would have, had all these events been theirs: an item counts with its greatest
 * weight and its latest time. The order of `profiles` does not matter. The visits of all profiles are added
 * up; a visit that two ids share counts twice.
 */
export function mergeProfiles(profiles: readonly Profile[]): Profile {
  const history = new Map<number, HistoryEntry>();
  for (const { item, weight, timeMs } of profiles.flatMap((profile) => profile.history)) {
    const known = history.get(item);
    history.set(item, {
      item,
      weight: Math.max(weight, known?.weight ?? 0),
      timeMs: Math.max(timeMs, known?.timeMs ?? 0),
    });
  }
  return profiles
    .toSorted((a, b) => a.updatedMs - b.updatedMs)
    .reduce<Profile>(
      (merged, { signals, visits, updatedMs }) => ({
        history: merged.history,
        signals: latestSignals(merged.signals, signals),
        visits: merged.visits + visits,
        updatedMs,
      }),
      { ...NO_PROFILE, history: [...history.values()] },
    );
}
