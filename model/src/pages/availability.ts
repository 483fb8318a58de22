/** Which items may be shown at an instant of the content's clock, and when that changes next. Pure. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";

export function isAvailable(item: Item, nowMs: number): boolean {
  return (
    !item.takenDown &&
    nowMs >= (item.availableFrom === undefined ? -Infinity : Date.parse(item.availableFrom)) &&
    nowMs < (item.availableUntil === undefined ? Infinity : Date.parse(item.availableUntil))
  );
}

/** The next instant at which some item comes, goes, starts or ends; Infinity when nothing is scheduled. */
export function nextChangeMs(items: readonly Item[], nowMs: number): number {
  let next = Infinity;
  for (const item of items) {
    if (item.takenDown) continue;
    for (const at of [item.availableFrom, item.availableUntil, item.startsAt, item.endsAt]) {
      const ms = at === undefined ? Infinity : Date.parse(at);
      if (ms > nowMs && ms < next) next = ms;
    }
  }
  return next;
}
