/** The demo's catalogue: the World Cup 2026 beside invented films, series and kids' titles. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { footballItems } from "./football.ts";
import { libraryItems } from "./library.ts";

export { DEMO_NOW_MS } from "./clock.ts";

/**
 * Some 2,300 items, the same for the same `nowMs`. Football's dates are facts; the library's are spread around `nowMs`.
 * Results are those known at `DEMO_NOW_MS`: matches from then on have neither score nor goal clips.
 */
export function demoCatalogue(nowMs: number): Item[] {
  return [...footballItems(), ...libraryItems(nowMs)];
}
