/** What an item must be worth to get onto the pages of a cluster. Pure. */
import type { PreparedContext } from "./candidate-carousels.ts";
import { VALUE_ITEMS, type PlacedCarousel } from "./carousels.ts";
import { diverseValues } from "./diversity.ts";
import type { TopItems } from "./top-items.ts";

/**
 * An item that is worth no more than the threshold of every carousel that it may stand in changes no page
 * of this cluster: it is below the last item of a full carousel, and not among those that decide the position
 * of a carousel that is not shown.
 */
export function lowerThresholds(
  thresholds: Float32Array,
  prepared: PreparedContext,
  worth: Float32Array,
  topItems: TopItems,
  placed: readonly PlacedCarousel[],
  items: number,
): void {
  const shown = new Map(placed.map(({ carousel, rows }) => [carousel, rows]));
  prepared.carousels.forEach(({ genre }, at) => {
    const number = prepared.numbers[at]!;
    const rows = shown.get(at);
    const lowest =
      rows === undefined
        ? valueThreshold(topItems, number, worth)
        : rows.length < items
          ? ANYTHING
          : diverseValues(rows, worth, prepared, genre).at(-1)!;
    thresholds[number] = Math.min(thresholds[number]!, lowest);
  });
}

/** Below every worth: anything gets in. */
const ANYTHING = -1;

function valueThreshold({ rows, counts, limit }: TopItems, number: number, worth: Float32Array): number {
  return counts[number]! < VALUE_ITEMS ? ANYTHING : worth[rows[number * limit + VALUE_ITEMS - 1]!]!;
}
