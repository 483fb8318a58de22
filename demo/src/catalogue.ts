/** The demo's catalogue: the World Cup 2026, with invented films, series and kids' titles. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { footballItems } from "./football.ts";
import { libraryItems } from "./library.ts";

export { DEMO_NOW_MS } from "./clock.ts";

/**
 * Returns about 2,300 items, the same for the same `nowMs`. The dates of football are facts; those of the
 * library are spread around `nowMs`. Results are those known at `DEMO_NOW_MS`: later matches have neither
 * score nor goal clips.
 */
export function demoCatalogue(nowMs: number): Item[] {
  return [...footballItems(), ...libraryItems(nowMs)];
}
