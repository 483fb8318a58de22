/** Makes the document `editorial` from the editors' pins. Edge and origin lay its pins over pages. */
import { createHash } from "node:crypto";
import type { Editorial, Pin, PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { isAvailable } from "@spillway/model/pages/availability.ts";
import { toPageItem } from "@spillway/model/pages/page-item.ts";
import type { HiddenItems } from "./hidden-items.ts";

/**
 * `changed` is what stored pages do not know of items that they may still have. Leaves out items that may not
 * be shown now, and pins that have no other items.
 */
export function editorialDocument(
  pins: readonly Pin[],
  itemById: (id: string) => Item | undefined,
  clockOffsetMs: number,
  nowMs: number,
  { ids: hidden, restricted }: Pick<HiddenItems, "ids" | "restricted">,
): Editorial {
  const contentNowMs = nowMs + clockOffsetMs;
  const shown = pins.flatMap((pin): PublishedPin[] => {
    const items = pin.items.flatMap((id) => {
      const item = itemById(id);
      return item !== undefined && isAvailable(item, contentNowMs) ? [toPageItem(item)] : [];
    });
    if (items.length === 0) return [];
    const { id, when = {}, from, until, contexts, title } = pin;
    return [
      {
        id,
        when,
        contexts,
        items,
        ...(from !== undefined && { fromMs: Date.parse(from) }),
        ...(until !== undefined && { untilMs: Date.parse(until) }),
        ...(title !== undefined && { title }),
      },
    ];
  });
  const content = { clockOffsetMs, pins: shown, hidden, restricted };
  return { version: versionOf(content), ...content };
}

/** Returns a number that changes only with the content. The edge caches pages with pins under it. */
function versionOf({ clockOffsetMs, pins, hidden, restricted }: Omit<Editorial, "version">): number {
  // Nothing of it is the number of an earlier release, so that an update makes no pages anew.
  const content = [clockOffsetMs, pins, hidden, ...(restricted.length > 0 ? [restricted] : [])];
  return createHash("sha256").update(JSON.stringify(content)).digest().readUIntBE(0, 6);
}
