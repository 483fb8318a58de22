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

type Restricted = Pick<CataloguePack, "itemSeqs" | "rowOfId" | "restrictionClass" | "restrictions">;

/** `itemOf` gives what is behind a row beyond the catalogue's: a pinned item that the pack does not have. */
export function createRowsShown(
  { itemSeqs, rowOfId, restrictionClass, restrictions }: Restricted,
  withheld: Withheld,
  itemOf: (row: number) => PageItem | undefined,
): RowsShown {
  const hidden = new Set<number>();
  for (const id of withheld.hidden) {
    const row = rowOfId(id);
    if (row !== undefined) hidden.add(row);
  }
  const changed = new Map<number, Restriction>();
  for (const [id, restriction] of withheld.restricted) {
    const row = rowOfId(id);
    if (row !== undefined) changed.set(row, restriction);
  }
  return (audience) => {
    const allowed = allowedClasses(restrictions, audience);
    return (row) => {
      if (row >= itemSeqs.length) {
        const item = itemOf(row);
        return item !== undefined && isShownTo(item, withheld, audience);
      }
      if (hidden.has(row)) return false;
      const newer = changed.get(row);
      return newer === undefined ? allowed[restrictionClass[row]!] === 1 : mayBeShownTo(newer, audience);
    };
  };
}
