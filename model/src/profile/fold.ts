/**
 * Folds interaction events into a user's profile. Pure: the same events in the same order give the same
 * profile.
 */
import { NONE, type Signals } from "@spillway/shared/signals/signals.ts";
import type { EventType } from "@spillway/shared/protocol/events.ts";
import { unfinishedShare, type HiddenItem, type HistoryEntry } from "./history.ts";

export type Profile = {
  readonly history: readonly HistoryEntry[];
  /** What the user is not interested in, and has not opened since. */
  readonly hidden: readonly HiddenItem[];
  /** The signals of the latest visit. */
  readonly signals: Signals | undefined;
  readonly visits: number;
  /** The time of the newest event. */
  readonly updatedMs: number;
};

export const NO_PROFILE: Profile = {
  history: [],
  hidden: [],
  signals: undefined,
  visits: 0,
  updatedMs: 0,
};

export type FoldableEvent = {
  readonly type: EventType;
  /** items.seq; undefined for an item that the catalogue does not know, which says nothing about taste. */
  readonly item: number | undefined;
  readonly timeMs: number;
  readonly progress?: number | undefined;
  readonly signals?: Signals | undefined;
};

/**
 * After a pause of this length the next event belongs to a new visit, as a session does in Google Analytics.
 */
export const VISIT_GAP_MS = 30 * 60 * 1000;

/**
 * How much an event says about taste, in full plays. An impression says nothing by itself, and `hide` is no
 * play: what it says is about one title, not about taste.
 */
export function weightOf(event: FoldableEvent): number {
  switch (event.type) {
    case "complete":
    case "play":
      return 1;
    case "progress":
      return Math.min(1, Math.max(0.3, event.progress ?? 0.3));
    case "click":
      return 0.3;
    case "impression":
    case "hide":
      return 0;
  }
}

/**
 * The unfinished share of an item after `event`. A `progress` leaves it, and a `complete` ends it. A `play`,
 * which may be the continuation, keeps it, and so does an event that is older than the known ones.
 */
function progressAfter(event: FoldableEvent, known: HistoryEntry | undefined): number | undefined {
  if (known !== undefined && event.timeMs < known.timeMs) return known.progress;
  if (event.type === "complete") return undefined;
  if (event.type === "progress" && event.progress !== undefined) return unfinishedShare(event.progress);
  return known?.progress;
}

/**
 * An item counts with its strongest event and its latest time; events of one batch may come in any order. A
 * `hide` holds until the item is opened, played, or watched at a later time.
 */
export function foldEvents(profile: Profile, events: readonly FoldableEvent[]): Profile {
  const history = new Map(profile.history.map((entry) => [entry.item, entry]));
  const hidden = new Map(profile.hidden.map((entry) => [entry.item, entry.timeMs]));
  let { signals, visits, updatedMs } = profile;
  for (const event of events) {
    if (visits === 0 || event.timeMs - updatedMs > VISIT_GAP_MS) visits += 1;
    if (event.timeMs >= updatedMs) {
      updatedMs = event.timeMs;
      signals = latestSignals(signals, event.signals);
    }
    const { item, timeMs } = event;
    if (item === undefined) continue;
    const known = history.get(item);
    if (event.type === "hide") {
      const isNewest = timeMs >= (known?.timeMs ?? 0) && timeMs >= (hidden.get(item) ?? 0);
      if (isNewest) hidden.set(item, timeMs);
      continue;
    }
    const weight = weightOf(event);
    if (weight === 0) continue;
    if (timeMs >= (hidden.get(item) ?? Infinity)) hidden.delete(item);
    const progress = progressAfter(event, known);
    history.set(item, {
      item,
      weight: Math.max(weight, known?.weight ?? 0),
      timeMs: Math.max(timeMs, known?.timeMs ?? 0),
      ...(progress !== undefined && { progress }),
    });
  }
  return {
    history: [...history.values()],
    hidden: Array.from(hidden, ([item, timeMs]) => ({ item, timeMs })),
    signals,
    visits,
    updatedMs,
  };
}

/**
 * The signals of the visit after `next`. Where the visitor moves on inside the site (entry `internal`), the
 * entry, campaign and event of their arrival stay; and where the request names no team, the known team stays.
 */
export function latestSignals(known: Signals | undefined, next: Signals | undefined): Signals | undefined {
  if (next === undefined || known === undefined) return next ?? known;
  const team = next.team === NONE ? known.team : next.team;
  if (next.entry !== "internal") return { ...next, team };
  const { entry, campaign, event, texts } = known;
  return { ...next, team, entry, campaign, event, texts };
}
