/**
 * What one viewer's own history takes out of a page and puts into it: one rule for the origin's individual
 * pages and for those that the edge tailors. Pure.
 */
import { newestFirst, NO_ROW, type HistoryColumns } from "../profile/history-columns.ts";
import { WATCHED_WEIGHT } from "../profile/history.ts";
import { ITEMS_PER_CAROUSEL, type GivenCarousel } from "./carousels.ts";

/** The id of the carousel "Continue watching". */
export const CONTINUE = "continue";

/** What a viewer did, as rows of the catalogue. */
export type ViewerRows = {
  /** All that was watched (WATCHED_WEIGHT), in any order. */
  readonly watched: Iterable<number>;
  /** Of what was watched the newest, the newest first. */
  readonly newest: readonly number[];
  /** What was left unfinished, the newest first. */
  readonly unfinished: readonly number[];
  /** What the viewer is not interested in. It leaves everything. */
  readonly notInterested: Iterable<number>;
};

/** Of a history in columns, with the model's row of each entry. */
export function playedRows(
  history: HistoryColumns,
  rows: Int32Array,
): Pick<ViewerRows, "watched" | "newest" | "unfinished"> {
  const { weights, progress } = history;
  const watched: number[] = [];
  const unfinished: number[] = [];
  const order = newestFirst(history);
  for (let place = 0; place < rows.length; place += 1) {
    const at = order?.[place] ?? place;
    const row = rows[at]!;
    if (row === NO_ROW) continue;
    if (weights[at]! >= WATCHED_WEIGHT) watched.push(row);
    if (!Number.isNaN(progress[at])) unfinished.push(row);
  }
  return { watched, newest: watched, unfinished };
}

export type RowFacts = {
  readonly isHub: (row: number) => boolean;
  readonly mayBeShown: (row: number) => boolean;
};

export type PersonalCarousels = {
  /** Rows that stand in no other carousel. */
  readonly leftOut: number[];
  /** Carousels that scores do not decide. */
  readonly given: GivenCarousel[];
};

/** Hubs stay: nobody is done with a hub. */
export function personalCarousels(
  context: string,
  { watched, newest, unfinished, notInterested }: ViewerRows,
  { isHub, mayBeShown }: RowFacts,
): PersonalCarousels {
  const unwanted = new Set(notInterested);
  const leftOut = [...unwanted];
  for (const row of watched) if (!isHub(row)) leftOut.push(row);
  if (context !== "homepage") return { leftOut, given: [] };
  const taken = new Set(unwanted);
  const firstOf = (rows: readonly number[]): number[] => {
    const own: number[] = [];
    for (let at = 0; at < rows.length && own.length < ITEMS_PER_CAROUSEL; at += 1) {
      const row = rows[at]!;
      if (taken.has(row) || !mayBeShown(row)) continue;
      own.push(row);
      taken.add(row);
    }
    return own;
  };
  const given = [
    { id: CONTINUE, title: "Continue watching", rows: firstOf(unfinished), at: 1 },
    { id: "again", title: "Watch again", rows: firstOf(newest), at: 2 },
  ];
  return { leftOut, given: given.filter(({ rows }) => rows.length > 0) };
}
