/**
 * Pins over an individual page, as rows: so the page is still joined from prepared texts, and nothing of it
 * is parsed. They are laid as shared/protocol/editorial.ts lays them over a stored page.
 */
import type { PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import type { PageItem } from "@spillway/shared/protocol/page.ts";
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import { isShownTo } from "@spillway/shared/protocol/withheld.ts";
import type { RankedCarousel } from "@spillway/model/pages/carousels.ts";
import { createRowPins, overlayRowPins, type RowPins } from "@spillway/model/pages/row-pins.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

export type PinsToLay = {
  readonly pins: readonly PublishedPin[];
  readonly audience: Audience;
  /** Whether the user may be shown a pinned item, as far as the user decides. */
  readonly isWanted: (item: PageItem) => boolean;
  readonly seqOfItem: (id: string) => number | undefined;
};

export type PinnedCarousels = {
  readonly carousels: readonly RankedCarousel[];
  /** What pages show of the pinned rows. */
  readonly texts: ReadonlyMap<number, Uint8Array>;
};

export function withRowPins(
  snapshot: Snapshot,
  carousels: readonly RankedCarousel[],
  { pins, audience, isWanted, seqOfItem }: PinsToLay,
): PinnedCarousels {
  const rowPins = rowPinsOf(snapshot, seqOfItem);
  const own = pins.map(rowPins.rowsOf);
  const mayBeShown = (row: number): boolean => {
    const item = rowPins.itemOf(row);
    return item !== undefined && isWanted(item) && isShownTo(item, snapshot.editorial, audience);
  };
  // The pins of others may have other texts of rows that are on this page.
  const texts = new Map<number, Uint8Array>();
  for (const row of own.flatMap(({ items }) => items)) {
    const text = rowPins.texts.get(row);
    if (text !== undefined) texts.set(row, text);
  }
  return { carousels: overlayRowPins(carousels, own, mayBeShown), texts };
}

/** A snapshot's pins are turned into rows once. */
const known = new WeakMap<Snapshot, RowPins>();

function rowPinsOf(snapshot: Snapshot, seqOfItem: PinsToLay["seqOfItem"]): RowPins {
  let pins = known.get(snapshot);
  if (pins === undefined) {
    const { model } = snapshot;
    const rowOfId = (id: string): number | undefined => {
      const seq = seqOfItem(id);
      return seq === undefined ? undefined : model.rowOf(seq);
    };
    known.set(snapshot, (pins = createRowPins({ itemSeqs: model.itemSeqs, rowOfId })));
  }
  return pins;
}
