/**
 * Finds the items that pages may still show although they must not: deleted, taken down, or out of their
 * window since these pages were built; and those that may not be shown to everybody since.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { ChangedRestriction } from "@spillway/shared/protocol/editorial.ts";
import { restrictionOf } from "@spillway/shared/protocol/restrictions.ts";
import { isAvailable } from "@spillway/model/pages/availability.ts";
import { catalogueChange } from "@spillway/store/catalogue/catalogue-change.ts";
import { itemById, itemsWrittenSince } from "@spillway/store/catalogue/items.ts";
import type { Database } from "@spillway/store/database.ts";
import { latestDoneGeneration } from "@spillway/store/pages/generations.ts";

export type HiddenItems = {
  /**
   * Whether no cycle has built pages since the catalogue changed: each stored page must be looked through.
   */
  readonly arePagesOutdated: boolean;
  /** The ids, for edges, which may hold outdated pages for some time after a cycle. */
  readonly ids: readonly string[];
  /** Items whose territories or age rating have changed since, as they are now. */
  readonly restricted: readonly ChangedRestriction[];
};

/** So long after a cycle has ended, every edge has read the pages and packs that it has written. */
const EDGES_FOLLOW_MS = 600_000;
/** An item is dated by when its import began, which may have taken long. */
const LONGEST_IMPORT_MS = 3_600_000;

const NOTHING_HIDDEN: HiddenItems = { arePagesOutdated: false, ids: [], restricted: [] };

export function hiddenItems(database: Database, nowMs: number, clockOffsetMs: number): HiddenItems {
  const change = catalogueChange(database);
  if (change === undefined) return NOTHING_HIDDEN;
  const arePagesOutdated = change.changedMs >= (latestDoneGeneration(database)?.startedMs ?? -Infinity);
  // What every edge has by now. A cycle that cannot write to KV is none.
  const everywhere = latestDoneGeneration(database, nowMs - EDGES_FOLLOW_MS)?.startedMs ?? 0;
  if (change.changedMs < everywhere) return NOTHING_HIDDEN;
  const mayBeShown = (item: Item | undefined): boolean =>
    item !== undefined && isAvailable(item, nowMs + clockOffsetMs);
  const removed = Object.keys(change.removed).filter((id) => !mayBeShown(itemById(database, id)?.item));
  const withdrawn = itemsWrittenSince(database, everywhere - LONGEST_IMPORT_MS)
    .filter(({ item }) => !mayBeShown(item))
    .map(({ item }) => item.id);
  const restricted = Object.keys(change.restricted)
    .toSorted()
    .flatMap((id): ChangedRestriction[] => {
      const item = itemById(database, id)?.item;
      return item === undefined ? [] : [{ id, ...restrictionOf(item) }];
    });
  return { arePagesOutdated, ids: [...new Set([...removed, ...withdrawn])].toSorted(), restricted };
}
