/** What an isolate has seen of its viewers' carriers since it started, for `/health`. */
export const VIEWER_COUNTS = [
  /** Requests whose own viewer a cookie brought. */
  "known",
  /**
   * Cookies that were there and say nothing: somebody else's, from before an erasure, without consent, in no
   * known form.
   */
  "otherOwner",
  "erased",
  "unconsented",
  "unreadable",
  /** Cookies that were set. */
  "written",
  /** Titles that had no room in them. */
  "titlesDropped",
  /** Events of items that the catalogue pack does not have. */
  "itemsUnknown",
  /** Events that came while no catalogue pack was there to tell their items by. */
  "eventsWithoutPack",
] as const;
export type ViewerCount = (typeof VIEWER_COUNTS)[number];
export type ViewerCounts = Readonly<Record<ViewerCount, number>>;

export function noViewerCounts(): Record<ViewerCount, number> {
  return Object.fromEntries(VIEWER_COUNTS.map((name) => [name, 0])) as Record<ViewerCount, number>;
}
