/** Which items may be shown at an instant of the content's clock, and when that changes next. Pure. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { Window } from "./carousel-rules.ts";

export function isAvailable(item: Item, nowMs: number): boolean {
  const { fromMs, untilMs } = availabilityOf(item);
  return nowMs >= fromMs && nowMs < untilMs;
}

/** Where nothing may ever be shown, the window is empty: it ends before it begins. */
export function availabilityOf({ takenDown, availableFrom, availableUntil }: Item): Window {
  if (takenDown) return { fromMs: Infinity, untilMs: -Infinity };
  return {
    fromMs: availableFrom === undefined ? -Infinity : Date.parse(availableFrom),
    untilMs: availableUntil === undefined ? Infinity : Date.parse(availableUntil),
  };
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
