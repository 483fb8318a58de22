/** What is wrong with pins beside their form: with each other, and with the items that they name. Pure. */
import { isAvailable, availabilityOf } from "@spillway/model/pages/availability.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { Pin } from "@spillway/shared/protocol/editorial.ts";
import { mayBeShownTo } from "@spillway/shared/protocol/restrictions.ts";
import { conditionsOverlap } from "@spillway/shared/routing/condition-overlap.ts";

export const PIN_CONFLICTS = ["slot", "item", "missing", "withheld", "restricted"] as const;
export type PinConflict = {
  /**
   * `slot`: two pins are in each other's place. `item`: two pins show the same item, which stands in the
   * first alone. `missing`: an item is not in the catalogue. `withheld`: an item is not available in the
   * pin's time. `restricted`: an item may not be shown to some of the pin's audience.
   */
  readonly kind: (typeof PIN_CONFLICTS)[number];
  /** The pins, in their order on the page. */
  readonly pins: readonly string[];
  readonly reason: string;
};

type Span = { readonly fromMs: number; readonly untilMs: number };

/** `nowMs` by the content's clock. Pins that are over have no conflicts. */
export function pinConflicts(
  pins: readonly Pin[],
  itemOf: (id: string) => Item | undefined,
  nowMs: number,
): PinConflict[] {
  const live = pins.filter((pin) => spanOf(pin).untilMs > nowMs);
  return [
    ...live.flatMap((pin) => pin.items.flatMap((id) => itemConflicts(pin, id, itemOf(id), nowMs))),
    ...live.flatMap((pin, at) => live.slice(at + 1).flatMap((other) => pairConflicts(pin, other, nowMs))),
  ];
}

function spanOf({ from, until }: Pin): Span {
  return {
    fromMs: from === undefined ? -Infinity : Date.parse(from),
    untilMs: until === undefined ? Infinity : Date.parse(until),
  };
}

function pairConflicts(first: Pin, second: Pin, nowMs: number): PinConflict[] {
  const [one, other] = [spanOf(first), spanOf(second)];
  const fromMs = Math.max(one.fromMs, other.fromMs, nowMs);
  const untilMs = Math.min(one.untilMs, other.untilMs);
  const contexts = first.contexts.filter((context) => second.contexts.includes(context));
  if (fromMs >= untilMs || contexts.length === 0) return [];
  if (!conditionsOverlap(first.when ?? {}, second.when ?? {})) return [];
  const where = `on ${contexts.join(", ")} ${timeText(fromMs, untilMs, nowMs)}`;
  const both = [first.id, second.id];
  const conflicts: PinConflict[] = [];
  if (first.title === second.title) {
    const slot = first.title === undefined ? "lead the first carousel" : `are a carousel "${first.title}"`;
    conflicts.push({
      kind: "slot",
      pins: both,
      reason: `${first.id} and ${second.id} both ${slot} ${where}, for visitors whom both are for; ${first.id} comes first`,
    });
  }
  const items = first.items.filter((id) => second.items.includes(id));
  if (items.length > 0) {
    conflicts.push({
      kind: "item",
      pins: both,
      reason: `${items.join(", ")}: in ${first.id} and ${second.id} ${where}; ${items.length === 1 ? "it stands" : "they stand"} in ${first.id} alone`,
    });
  }
  return conflicts;
}

function itemConflicts(pin: Pin, id: string, item: Item | undefined, nowMs: number): PinConflict[] {
  const at = (kind: PinConflict["kind"], reason: string): PinConflict => ({
    kind,
    pins: [pin.id],
    reason: `${id} in ${pin.id}: ${reason}`,
  });
  if (item === undefined) return [at("missing", "is not in the catalogue")];
  return [...timeConflicts(pin, item, nowMs), ...audienceConflicts(pin, item)].map(([kind, reason]) =>
    at(kind, reason),
  );
}

type Found = readonly [kind: PinConflict["kind"], reason: string];

function timeConflicts(pin: Pin, item: Item, nowMs: number): Found[] {
  if (item.takenDown) return [["withheld", "is taken down"]];
  const span = spanOf(pin);
  const fromMs = Math.max(span.fromMs, nowMs);
  const window = availabilityOf(item);
  if (window.fromMs >= span.untilMs || window.untilMs <= fromMs)
    return [["withheld", `is not available ${timeText(fromMs, span.untilMs, nowMs)}`]];
  const found: Found[] = [];
  if (window.fromMs > fromMs) found.push(["withheld", `is not available before ${iso(window.fromMs)}`]);
  else if (!isAvailable(item, fromMs)) found.push(["withheld", `is not available at ${iso(fromMs)}`]);
  if (window.untilMs < span.untilMs && Number.isFinite(span.untilMs))
    found.push(["withheld", `is not available after ${iso(window.untilMs)}`]);
  return found;
}

/** A condition on the region tells the countries, but not where it is a prefix. */
function audienceConflicts({ when = {} }: Pin, item: Item): Found[] {
  const { territories, ageRating } = item;
  const found: Found[] = [];
  const regions = (typeof when.region === "string" ? [when.region] : (when.region ?? [])).map((region) =>
    region.toUpperCase(),
  );
  if (territories !== undefined) {
    const isNamed = regions.length > 0 && regions.every((region) => !region.endsWith("*"));
    const refused = regions.filter(
      (country) => !mayBeShownTo({ territories }, { country, ageLimit: undefined }),
    );
    if (!isNamed)
      found.push(["restricted", `${territoriesText(territories)}, and the pin is for all countries`]);
    else if (refused.length > 0) found.push(["restricted", `may not be shown in ${refused.join(", ")}`]);
  }
  if (ageRating !== undefined && ageRating > 0)
    found.push(["restricted", `is from ${ageRating} years; who has a lower limit does not see it`]);
  return found;
}

function territoriesText({ allowed, denied }: NonNullable<Item["territories"]>): string {
  return allowed === undefined
    ? `may not be shown in ${denied?.join(", ") ?? ""}`
    : `may be shown in ${allowed.join(", ")} only`;
}

function timeText(fromMs: number, untilMs: number, nowMs: number): string {
  const until = Number.isFinite(untilMs) ? ` until ${iso(untilMs)}` : "";
  return `from ${fromMs <= nowMs ? "now on" : iso(fromMs)}${until}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
