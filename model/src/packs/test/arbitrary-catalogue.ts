/** Random catalogues for property tests: small, with every kind of item, window and spelling. */
import fc from "fast-check";
import { ITEM_KINDS, type Item } from "@spillway/shared/protocol/catalogue.ts";
import type { CatalogueEntry } from "../../scoring/catalogue-entry.ts";

export const START_MS = Date.UTC(2026, 6, 10);
const HOUR_MS = 3600 * 1000;

/** An instant within a month of {@link START_MS}, often one at which something changes. */
export const instantMs = fc.oneof(
  fc.integer({ min: -30 * 24, max: 30 * 24 }).map((hours) => START_MS + hours * HOUR_MS),
  fc.integer({ min: -30 * 24, max: 30 * 24 }).map((hours) => START_MS + hours * HOUR_MS - 1),
  fc.integer({ min: -3e9, max: 3e9 }).map((ms) => START_MS + ms),
);

const time = fc
  .integer({ min: -20 * 24, max: 20 * 24 })
  .map((hours) => new Date(START_MS + hours * HOUR_MS).toISOString());
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const item: fc.Arbitrary<Item> = fc.record(
  {
    id: fc.constant(""),
    title: fc.constantFrom("Casablanca", 'A "quoted" one\\', "Ümläut 映画 🎬", "\u2028"),
    kind: fc.constantFrom(...ITEM_KINDS),
    genres: fc.uniqueArray(fc.constantFrom("Drama", "drama ", "Comedy", "Sci-Fi", "sci fi", "Noir"), {
      maxLength: 3,
    }),
    teams: fc.uniqueArray(fc.constantFrom("ESP", "BEL", "FRA"), { maxLength: 2 }),
    matchId: maybe(fc.constantFrom("m1", "m2")),
    publishedAt: maybe(time),
    startsAt: maybe(time),
    endsAt: maybe(time),
    availableFrom: maybe(time),
    availableUntil: maybe(time),
    takenDown: fc.constantFrom(false, false, false, true),
  },
  { requiredKeys: ["id", "title", "kind", "genres", "teams", "takenDown"] },
);

export const catalogue: fc.Arbitrary<CatalogueEntry[]> = fc
  .tuple(fc.array(item, { maxLength: 40 }), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 40 }))
  .map(([items, gaps]) => {
    let seq = 0;
    return items.map((own, row) => ({ seq: (seq += gaps[row]!), item: { ...own, id: `id "${row}" ü` } }));
  });
