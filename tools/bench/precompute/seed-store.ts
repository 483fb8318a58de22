/** Fills a real store with the synthetic catalogue and audience, through the repositories that serve. */
import { ENTRY_BYTES, packHistory } from "@spillway/model/profile/history.ts";
import type { Database } from "@spillway/store/database.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { countProfiles, putProfiles, type ProfileRow } from "@spillway/store/profiles/profiles.ts";
import { syntheticAudience } from "./synthetic-audience.ts";
import { syntheticCatalogue } from "./synthetic-catalogue.ts";

export type SeedOptions = {
  readonly users: number;
  readonly items: number;
  readonly seed: number;
  readonly nowMs: number;
};

/** Users written in one transaction. */
const BATCH = 50_000;

/** Beyond so many users, these are there again and again, under other ids: to make each takes too long. */
const MOST_DRAWN = 2_000_000;
const DRAWN = 50_000;

/** The number of the user whose history and signals this one has. */
export function seededAs(user: number, users: number): number {
  return users > MOST_DRAWN ? user % DRAWN : user;
}

/** Yields how many users are there, now and then; goes on where an earlier call was ended. */
export function* seedStore(database: Database, options: SeedOptions): Generator<number, void> {
  const { users, items, seed, nowMs } = options;
  const there = countProfiles(database);
  if (there === 0) upsertItems(database, syntheticCatalogue(items, seed, nowMs), "import", nowMs);
  const audience = syntheticAudience(allItems(database), seed, nowMs);
  const rowsOf = function* (from: number, to: number): Generator<ProfileRow> {
    for (let number = from; number < to; number += 1) {
      const { history, signals, visits } = audience.user(number);
      yield {
        user: userId(number),
        history: packHistory(history),
        signals: JSON.stringify(signals),
        visits,
        source: "import",
        updatedMs: nowMs,
      };
    }
  };
  const drawn = users > MOST_DRAWN ? DRAWN : users;
  for (let from = there; from < drawn; from += BATCH) {
    const to = Math.min(drawn, from + BATCH);
    putProfiles(database, rowsOf(from, to));
    yield to;
  }
  const again = database.sqlite.prepare<[number, number]>(
    `INSERT INTO profiles SELECT 'user-' || (substr(user, 6) + ?), history, signals, visits, source, updated_ms, proof,
       network, arrived_ms, seen_ms FROM profiles WHERE rowid <= ? ORDER BY rowid`,
  );
  for (let from = Math.max(there, drawn); from < users; from += DRAWN) {
    const count = Math.min(DRAWN, users - from);
    again.run(from, count);
    yield from + count;
  }
}

/** How many entries their histories have in all. */
export function countEntries({ sqlite }: Database): number {
  const select = sqlite.prepare<[number], number>("SELECT ifnull(sum(length(history)), 0) / ? FROM profiles");
  return select.pluck().get(ENTRY_BYTES) ?? 0;
}

export function userId(number: number): string {
  return `user-${number}`;
}
