/**
 * Which rows of a catalogue pack an audience may see, also where the document `editorial` knows more than the
 * pack: takedowns and restrictions that came after it. Pure.
 */
import type { PageItem } from "@spillway/shared/protocol/page.ts";
import {
  allowedClasses,
  mayBeShownTo,
  type Audience,
  type Restriction,
} from "@spillway/shared/protocol/restrictions.ts";
import { isShownTo, type Withheld } from "@spillway/shared/protocol/withheld.ts";
import type { CataloguePack } from "./catalogue-pack.ts";

export type RowsShown = (audience: Audience) => (row: number) => boolean;

/** What the document says of a row. */
const [AS_IN_PACK, CHANGED, HIDDEN] = [0, 1, 2];

type Restricted = Pick<CataloguePack, "itemSeqs" | "rowOfId" | "restrictionClass" | "restrictions">;

/** `itemOf` gives what is behind a row beyond the catalogue's: a pinned item that the pack does not have. */
export function createRowsShown(
  { itemSeqs, rowOfId, restrictionClass, restrictions }: Restricted,
  withheld: Withheld,
  itemOf: (row: number) => PageItem | undefined,
): RowsShown {
  // By row: a page asks for hundreds of rows, of which next to none is in the document.
  const standing = new Uint8Array(itemSeqs.length);
  for (const id of withheld.hidden) {
    const row = rowOfId(id);
    if (row !== undefined) standing[row] = HIDDEN;
  }
  const changed = new Map<number, Restriction>();
  for (const [id, restriction] of withheld.restricted) {
    const row = rowOfId(id);
    if (row === undefined) continue;
    changed.set(row, restriction);
    if (standing[row] !== HIDDEN) standing[row] = CHANGED;
  }
  return (audience) => {
    const allowed = allowedClasses(restrictions, audience);
    return (row) => {
      if (row >= itemSeqs.length) {
        const item = itemOf(row);
        return item !== undefined && isShownTo(item, withheld, audience);
      }
      if (standing[row] === AS_IN_PACK) return allowed[restrictionClass[row]!] === 1;
      const newer = changed.get(row);
      return standing[row] === CHANGED && newer !== undefined && mayBeShownTo(newer, audience);
    };
  };
}
