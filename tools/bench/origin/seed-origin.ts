/**
 * Fills a store with a synthetic catalogue and users whose histories all have the same length, through the
 * repositories.
 */
import { createRandom, type Random } from "@spillway/demo/random.ts";
import { packHistory, type HistoryEntry } from "@spillway/model/profile/history.ts";
import type { Database } from "@spillway/store/database.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { putProfiles, type ProfileRow } from "@spillway/store/profiles/profiles.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { syntheticAudience } from "../precompute/synthetic-audience.ts";
import { syntheticCatalogue } from "../precompute/synthetic-catalogue.ts";

export type OriginSeed = { readonly items: number; readonly users: number; readonly history: number };

const SEED = 1;
const DAY_MS = 24 * 3600 * 1000;
/** The share of plays on titles that everybody plays; the others are on titles of one's own taste. */
const POPULAR_SHARE = 0.4;
const TASTES = 40;

export function userId(number: number): string {
  return `user-${number}`;
}

export function seedOrigin(database: Database, { items, users, history }: OriginSeed, nowMs: number): void {
  upsertItems(database, syntheticCatalogue(items, SEED, nowMs), "import", nowMs);
  const catalogue = allItems(database);
  // Only their signals are used: clusters are made of these.
  const audience = syntheticAudience(catalogue, SEED, nowMs);
  const order = shuffled(catalogue.length, createRandom(SEED, "popularity"));
  const rowsOf = function* (): Generator<ProfileRow> {
    for (let number = 0; number < users; number += 1) {
      const random = createRandom(SEED, `history ${number}`);
      const rows = drawRows(order, number % TASTES, Math.min(history, order.length), random);
      const entries = Array.from(rows, (row): HistoryEntry => {
        return { item: catalogue[row]?.seq ?? 0, weight: 1, timeMs: nowMs - random.exponential(40 * DAY_MS) };
      });
      const { signals, visits } = audience.user(number);
      yield {
        user: userId(number),
        history: packHistory(entries),
        signals: JSON.stringify(signals),
        visits,
        source: "import",
        updatedMs: nowMs,
      };
    }
  };
  putProfiles(database, rowsOf());
  // No threshold: what is measured is the individual path.
  const bands = [{ name: "all day", from: "00:00", threshold_per_s: 1_000_000 }];
  const routing = { time_zone: "UTC", mode: "force-individual" as const, deadline_ms: 250, bands, rules: [] };
  pushRouting(database, routing, JSON.stringify(routing), "for the benchmark", nowMs);
}

/** `count` different rows: some that are popular with all, most that are popular with this taste. */
function drawRows(order: Uint32Array, taste: number, count: number, random: Random): Set<number> {
  const rows = new Set<number>();
  const span = Math.max(count, Math.floor(order.length / 8));
  const first = Math.floor((taste / TASTES) * order.length);
  while (rows.size < count) {
    const place = random.chance(POPULAR_SHARE)
      ? Math.floor(order.length * random.next() ** 3)
      : (first + Math.floor(span * random.next() ** 1.5)) % order.length;
    rows.add(order[place] ?? 0);
  }
  return rows;
}

function shuffled(length: number, random: Random): Uint32Array {
  const draws = Float64Array.from({ length }, () => random.next());
  return Uint32Array.from({ length }, (_, at) => at).toSorted((a, b) => (draws[a] ?? 0) - (draws[b] ?? 0));
}
