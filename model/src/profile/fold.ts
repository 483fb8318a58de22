/**
 * Folds interaction events into a user's profile. Pure: the same events in the same order give the same
 * profile.
 */
import { NONE, type Signals } from "@spillway/shared/signals/signals.ts";
import type { EventType } from "@spillway/shared/protocol/events.ts";
import type { HistoryEntry } from "./history.ts";

export type Profile = {
  readonly history: readonly HistoryEntry[];
  /** The signals of the latest visit. */
  readonly signals: Signals | undefined;
  readonly visits: number;
  /** The time of the newest event. */
  readonly updatedMs: number;
};

export const NO_PROFILE: Profile = { history: [], signals: undefined, visits: 0, updatedMs: 0 };

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

/** How much an event says about taste, in full plays. An impression says nothing by itself. */
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
      return 0;
  }
}

/** An item counts with its strongest event and its latest time; events of one batch may come in any order. */
export function foldEvents(profile: Profile, events: readonly FoldableEvent[]): Profile {
  const history = new Map(profile.history.map((entry) => [entry.item, entry]));
  let { signals, visits, updatedMs } = profile;
  for (const event of events) {
    if (visits === 0 || event.timeMs - updatedMs > VISIT_GAP_MS) visits += 1;
    if (event.timeMs >= updatedMs) {
      updatedMs = event.timeMs;
      signals = latestSignals(signals, event.signals);
    }
    const weight = weightOf(event);
    if (event.item === undefined || weight === 0) continue;
    const known = history.get(event.item);
    history.set(event.item, {
      item: event.item,
      weight: Math.max(weight, known?.weight ?? 0),
      timeMs: Math.max(event.timeMs, known?.timeMs ?? 0),
    });
  }
  return { history: [...history.values()], signals, visits, updatedMs };
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
