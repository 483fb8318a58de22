/**
 * What is known of one viewer, compact enough to travel in a cookie: what they watched and how strongly, the
 * newest plays in order, what they hid. The origin makes it from a profile, and the edge adds what is posted.
 * Pure. docs/decisions/0022-viewer-state.md
 */
import { NO_SIGNALS, type ProfileSignals } from "@spillway/shared/signals/signals.ts";
import type { SparseVector } from "./history-vector.ts";

/** All times are by the real clock. */
export type ViewerState = {
  /**
   * Whole seconds. All that is in it was known by then, or has come since from the viewer: an erasure at this
   * time or later makes it void.
   */
  readonly writtenMs: number;
  /**
   * The watermark: up to which time of an event the origin had seen this viewer's. Whole seconds; 0: never.
   */
  readonly foldedMs: number;
  /** Whole seconds; the instant for which the titles' values hold. */
  readonly valuesMs: number;
  readonly signals: ProfileSignals;
  /** The history's weights, summed: in full plays, as `individualScores` wants it. */
  readonly plays: number;
  readonly titles: ViewerTitles;
  /** The newest first; all are among `titles`. Whole minutes. */
  readonly recent: readonly RecentPlay[];
  /** Titles that the viewer is not interested in: items.seq, ascending. */
  readonly hidden: Uint32Array;
  /** When each of `hidden` was hidden, in whole minutes; 0: unknown, and before the watermark. */
  readonly hiddenMs: Float64Array;
};

export type ViewerTitles = {
  /** items.seq, ascending. */
  readonly items: Uint32Array;
  /** Weight × recency, as `historyVector` has it before it makes the length 1. */
  readonly values: Float32Array;
  /** 1: of at least {@link WATCHED_WEIGHT}. */
  readonly watched: Uint8Array;
};

export type RecentPlay = {
  /** items.seq */
  readonly item: number;
  /** 0: unknown. */
  readonly timeMs: number;
  /** The share that was watched of a title that was left unfinished. */
  readonly progress: number | undefined;
};

export const MINUTE_MS = 60_000;

export const MAX_RECENT = 24;

/** So many are kept where the origin has not seen them yet. */
export const MAX_UNSEEN_RECENT = 200;

/** Queues deliver out of order: events of this long before the watermark may still be on their way. */
const LATE_MS = 10 * 60 * 1000;

/** Whether the origin may not have seen yet what the viewer did at `timeMs`. */
export function isLate(timeMs: number, foldedMs: number): boolean {
  return timeMs > 0 && timeMs > foldedMs - LATE_MS;
}

export type Unseen = {
  readonly plays: readonly RecentPlay[];
  readonly hidden: readonly (readonly [item: number, timeMs: number])[];
};

/** What of the state the origin may not have seen yet, if its watermark is `foldedMs`. */
export function unseenIn({ recent, hidden, hiddenMs }: ViewerState, foldedMs: number): Unseen {
  return {
    plays: recent.filter(({ timeMs }) => isLate(timeMs, foldedMs)),
    hidden: Array.from(hidden, (item, at) => [item, hiddenMs[at]!] as const).filter(([, timeMs]) =>
      isLate(timeMs, foldedMs),
    ),
  };
}

/** The state of somebody of whom nothing is known yet. */
export function newViewerState(nowMs: number): ViewerState {
  const { affinity, recency, depth } = NO_SIGNALS;
  const writtenMs = wholeSeconds(nowMs);
  return {
    writtenMs,
    foldedMs: 0,
    valuesMs: writtenMs,
    signals: { affinity, recency, depth },
    plays: 0,
    titles: { items: new Uint32Array(), values: new Float32Array(), watched: new Uint8Array() },
    recent: [],
    hidden: new Uint32Array(),
    hiddenMs: new Float64Array(),
  };
}

/** The history's vector of length 1 (L2), over the rows that `rowOf` knows. */
export function viewerVector(
  { titles: { items, values } }: ViewerState,
  rowOf: (itemSeq: number) => number | undefined,
): SparseVector {
  const rows = new Uint32Array(items.length);
  const known = new Float32Array(items.length);
  let count = 0;
  let squares = 0;
  for (let at = 0; at < items.length; at += 1) {
    const row = rowOf(items[at]!);
    if (row === undefined) continue;
    rows[count] = row;
    known[count] = values[at]!;
    squares += values[at]! ** 2;
    count += 1;
  }
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  for (let at = 0; at < count; at += 1) known[at]! *= scale;
  return { rows: rows.subarray(0, count), values: known.subarray(0, count) };
}

export function wholeSeconds(timeMs: number): number {
  return Math.max(0, Math.floor(timeMs / 1000) * 1000);
}
