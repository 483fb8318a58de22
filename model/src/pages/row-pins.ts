/**
 * Editorial pins over a page of rows: the overlay of shared/protocol/editorial.ts, without any item being
 * parsed. Pure.
 */
import type { PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import type { PageItem } from "@spillway/shared/protocol/page.ts";
import type { CataloguePack } from "../packs/catalogue-pack.ts";
import type { RankedCarousel } from "./carousels.ts";

export type RowPin = { readonly id: string; readonly title?: string; readonly items: readonly number[] };

/** The pins of one editorial document, as rows of one catalogue. */
export type RowPins = {
  readonly rowsOf: (pin: PublishedPin) => RowPin;
  readonly itemOf: (row: number) => PageItem | undefined;
  /**
   * What pages show of pinned items, as UTF-8 by row. Items that the catalogue does not have have rows after
   * its own.
   */
  readonly texts: ReadonlyMap<number, Uint8Array>;
};

export function createRowPins(catalogue: Pick<CataloguePack, "itemSeqs" | "rowOfId">): RowPins {
  const encoder = new TextEncoder();
  const known = new Map<PublishedPin, RowPin>();
  const rowOfOther = new Map<string, number>();
  const items = new Map<number, PageItem>();
  const texts = new Map<number, Uint8Array>();
  const rowOf = (item: PageItem): number => {
    let row = catalogue.rowOfId(item.id) ?? rowOfOther.get(item.id);
    if (row === undefined) {
      row = catalogue.itemSeqs.length + rowOfOther.size;
      rowOfOther.set(item.id, row);
    }
    if (!texts.has(row)) {
      texts.set(row, encoder.encode(JSON.stringify(item)));
      items.set(row, item);
    }
    return row;
  };
  return {
    texts,
    itemOf: (row) => items.get(row),
    rowsOf: (pin) => {
      let rows = known.get(pin);
      if (rows === undefined) {
        rows = {
          id: pin.id,
          ...(pin.title !== undefined && { title: pin.title }),
          items: pin.items.map(rowOf),
        };
        known.set(pin, rows);
      }
      return rows;
    },
  };
}

/**
 * As `overlayPins` of shared/protocol/editorial.ts lays them over a stored page. Of the carousels each row is
 * in one, so that only pinned ones have to be looked for. `mayBeShown` is asked about the pins' rows.
 */
export function overlayRowPins(
  carousels: readonly RankedCarousel[],
  pins: readonly RowPin[],
  mayBeShown: (row: number) => boolean,
): RankedCarousel[] {
  const pinned = new Set<number>();
  const laid: RankedCarousel[] = [];
  const leading: number[] = [];
  for (const { id, title, items } of pins) {
    const rows = items.filter((row) => !pinned.has(row) && mayBeShown(row) && pinned.add(row));
    if (title === undefined) leading.push(...rows);
    else if (rows.length > 0) laid.push({ id: `pin-${id}`, title, rows });
  }
  const isUnpinned = (row: number): boolean => !pinned.has(row);
  carousels.forEach(({ id, title, rows: own }, at) => {
    const others = own.every(isUnpinned) ? own : own.filter(isUnpinned);
    const rows = at === 0 && leading.length > 0 ? [...leading, ...others] : others;
    if (rows.length > 0) laid.push({ id, title, rows });
  });
  return laid;
}
