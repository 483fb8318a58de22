/**
 * One person's profile from those of several ids: a user and the visitors who turned out to be that user.
 * Pure.
 */
import { latestSignals, NO_PROFILE, type Profile } from "./fold.ts";
import { FINISHED_SHARE, type HiddenItem, type HistoryEntry } from "./history.ts";

/**
 * The profile that one person would have, had all these events been theirs: an item counts with its greatest
 * weight and its latest time, and is hidden unless one of them has opened it later. The order of `profiles`
 * does not matter. The visits of all profiles are added up; a visit that two ids share counts twice.
 */
export function mergeProfiles(profiles: readonly Profile[]): Profile {
  const history = new Map<number, HistoryEntry>();
  for (const entry of profiles.flatMap((profile) => profile.history)) {
    const known = history.get(entry.item);
    history.set(entry.item, known === undefined ? entry : mergeEntries(known, entry));
  }
  return profiles
    .toSorted((a, b) => a.updatedMs - b.updatedMs)
    .reduce<Profile>(
      (merged, { signals, visits, updatedMs }) => ({
        history: merged.history,
        hidden: merged.hidden,
        signals: latestSignals(merged.signals, signals),
        visits: merged.visits + visits,
        updatedMs,
      }),
      { ...NO_PROFILE, history: [...history.values()], hidden: mergeHidden(profiles, history) },
    );
}

function mergeEntries(a: HistoryEntry, b: HistoryEntry): HistoryEntry {
  const { item } = a;
  const progress = mergedProgress(a, b);
  return {
    item,
    weight: Math.max(a.weight, b.weight),
    timeMs: Math.max(a.timeMs, b.timeMs),
    ...(progress !== undefined && { progress }),
  };
}

/** The later one's; the earlier one's only where the later weighs too little to have finished the title. */
function mergedProgress(a: HistoryEntry, b: HistoryEntry): number | undefined {
  if (a.timeMs === b.timeMs) return Math.max(a.progress ?? 0, b.progress ?? 0) || undefined;
  const [later, earlier] = a.timeMs > b.timeMs ? [a, b] : [b, a];
  return later.progress ?? (later.weight < FINISHED_SHARE ? earlier.progress : undefined);
}

function mergeHidden(profiles: readonly Profile[], history: ReadonlyMap<number, HistoryEntry>): HiddenItem[] {
  const latest = new Map<number, number>();
  for (const { item, timeMs } of profiles.flatMap(({ hidden }) => hidden)) {
    latest.set(item, Math.max(timeMs, latest.get(item) ?? 0));
  }
  return Array.from(latest, ([item, timeMs]) => ({ item, timeMs })).filter(
    ({ item, timeMs }) => timeMs >= (history.get(item)?.timeMs ?? 0),
  );
}
