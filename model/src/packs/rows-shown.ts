/**
 * Which rows of a catalogue pack an audience may see, also where the document `editorial` knows more than the
 * pack: takedowns and restrictions that came after it. Pure.
 */
import type { PageItem } from "@spillway/shared/protocol/page.ts";
import { allowedClasses, mayBeShownTo, type Audience } from "@spillway/shared/protocol/restrictions.ts";
import { isShownTo, type Withheld } from "@spillway/shared/protocol/withheld.ts";
import { isInSet, rowSet, type RowSet } from "../pages/row-set.ts";
import type { CataloguePack } from "./catalogue-pack.ts";

/** Whether a row may be shown, and the rows of the catalogue among those. */
export type RowsShownTo = { readonly has: (row: number) => boolean; readonly rows: RowSet };

export type RowsShown = (audience: Audience) => RowsShownTo;

type Restricted = Pick<CataloguePack, "itemSeqs" | "rowOfId" | "restrictionClass" | "restrictions">;

/** So many audiences are remembered: there are few countries and age limits that many viewers share. */
const MAX_AUDIENCES = 32;

/** `itemOf` gives what is behind a row beyond the catalogue's: a pinned item that the pack does not have. */
export function createRowsShown(
  restricted: Restricted,
  withheld: Withheld,
  itemOf: (row: number) => PageItem | undefined,
): RowsShown {
  const items = restricted.itemSeqs.length;
  const known = new Map<Uint8Array, RowSet>();
  return (audience) => {
    const allowed = allowedClasses(restricted.restrictions, audience);
    let rows = known.get(allowed);
    if (rows === undefined) {
      if (known.size >= MAX_AUDIENCES) known.clear();
      rows = rowsShownTo(restricted, withheld, audience, allowed);
      known.set(allowed, rows);
    }
    const shown = rows;
    return {
      rows: shown,
      has: (row) => {
        if (row < items) return isInSet(shown, row);
        const item = itemOf(row);
        return item !== undefined && isShownTo(item, withheld, audience);
      },
    };
  };
}

function rowsShownTo(
  { itemSeqs, rowOfId, restrictionClass }: Restricted,
  { hidden, restricted }: Withheld,
  audience: Audience,
  allowed: Uint8Array,
): RowSet {
  const shown = new Uint8Array(itemSeqs.length);
  for (let row = 0; row < shown.length; row += 1) shown[row] = allowed[restrictionClass[row]!]!;
  for (const [id, restriction] of restricted) {
    const row = rowOfId(id);
    if (row !== undefined) shown[row] = mayBeShownTo(restriction, audience) ? 1 : 0;
  }
  for (const id of hidden) {
    const row = rowOfId(id);
    if (row !== undefined) shown[row] = 0;
  }
  return rowSet(itemSeqs.length, (row) => shown[row] === 1);
}
