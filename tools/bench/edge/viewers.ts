/** Viewers with a history, and the viewer cookies that they carry. */
import { foldEvents, NO_PROFILE } from "@spillway/model/profile/fold.ts";
import { packViewerState, viewerStateText } from "@spillway/model/profile/viewer-state-codec.ts";
import { viewerStateOf } from "@spillway/model/profile/viewer-state-of.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";

/** MovieLens 1M: of its 6,040 users the median has watched 96 of 3,706 titles. */
const MOVIELENS_TITLES = 3706;
const MOVIELENS_HISTORY = 96;
/** Plays lie within so many days. */
const DAYS = 90;
const DAY_MS = 24 * 3600 * 1000;
const OWNER_TAG_DIGITS = 12;

/**
 * Somebody who has watched so many of `titles`, the popular ones rather than others. `days`: within so many;
 * 0: nobody knows when.
 */
export function viewerWith(
  plays: number,
  titles: number,
  seed: number,
  nowMs: number,
  days = DAYS,
): ViewerState {
  const random = seededRandom(seed);
  const items = new Set<number>();
  while (items.size < plays) items.add(1 + Math.floor(random() ** 2 * titles));
  const events = Array.from(items, (item) => ({
    type: random() < 0.6 ? ("complete" as const) : ("play" as const),
    item,
    timeMs: days === 0 ? 0 : nowMs - Math.floor(random() * days * DAY_MS),
  }));
  const profile = foldEvents(
    NO_PROFILE,
    events.toSorted((a, b) => a.timeMs - b.timeMs),
  );
  const signals = { affinity: "drama", recency: "fresh", depth: "casual" } as const;
  return viewerStateOf(profile, signals, nowMs, nowMs);
}

/** The value of the viewer cookie of the user with this hash. */
export function viewerCookie(state: ViewerState, userHash: string): string {
  return viewerStateText(packViewerState(state, userHash.slice(0, OWNER_TAG_DIGITS)).bytes);
}

/** In bytes, as encoded in the cookie. */
export type ViewerStateSizes = { readonly medianBytes: number; readonly bytesAt1000: number };

export function viewerStateSizes(nowMs: number): ViewerStateSizes {
  const bytes = (plays: number, titles: number): number =>
    viewerCookie(viewerWith(plays, titles, plays, nowMs, 0), "0".repeat(OWNER_TAG_DIGITS)).length;
  return {
    medianBytes: bytes(MOVIELENS_HISTORY, MOVIELENS_TITLES),
    bytesAt1000: bytes(1000, MOVIELENS_TITLES),
  };
}
