/** One person's profile from those of several ids: a user and the visitors who turned out to be that user. Pure. */
import { latestSignals, NO_PROFILE, type Profile } from "./fold.ts";
import type { HistoryEntry } from "./history.ts";

/**
 * As if the events of all had been one's: an item counts with its greatest weight and its latest time. The order of
 * `profiles` does not matter. A pause between two ids' events is not looked for: each one's visits count.
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
