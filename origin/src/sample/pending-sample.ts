/**
 * Tuples that are not folded yet, beside the serving log, which knows their users too. Nothing reads them but
 * the fold. Of a day the weightiest hundred thousand stay, drawn as in an isolate
 * (shared/src/sample/weighted-reservoir.ts).
 */
import type Sqlite from "better-sqlite3";
import type { SampledTuple } from "@spillway/shared/protocol/serving-log.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { unpackTuple } from "@spillway/shared/sample/unpack-tuple.ts";
import { rankOf, weightOf, type Draw } from "@spillway/shared/sample/weighted-reservoir.ts";
import type { PendingTuple } from "./fold-sample.ts";

export const MAX_TUPLES_OF_A_DAY = 100_000;
const MINUTES_PER_DAY = 1440;
/** A rare outcome is kept at most so many times as often as a common one. */
const MOST_IMPORTANT = 16;

/**
 * `threshold` is the smallest rank that did not fit; 0 where the day is closed. `changes` counts what was
 * written.
 */
export const PENDING_SCHEMA = `
  CREATE TABLE IF NOT EXISTS sample_pending (
    day INTEGER NOT NULL, rank REAL NOT NULL, importance REAL NOT NULL, weight REAL NOT NULL, packed TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS sample_pending_rank ON sample_pending (day, rank);
  CREATE TABLE IF NOT EXISTS sample_pending_days (
    day INTEGER PRIMARY KEY, threshold REAL NOT NULL, kept INTEGER NOT NULL, changes INTEGER NOT NULL
  );
`;

export type PendingDay = { readonly day: number; readonly kept: number; readonly changes: number };

/** What became of tuples that arrived: `thinned` are those that had no place among the day's. */
export type ArrivedTuples = { kept: number; thinned: number; late: number; invalid: number };

export type PendingSample = {
  /** To be called within a transaction. */
  readonly add: (tuples: readonly SampledTuple[]) => ArrivedTuples;
};

type DayRow = { threshold: number; kept: number };

export function createPendingSample(
  sqlite: Sqlite.Database,
  draw: Draw,
  maxOfADay = MAX_TUPLES_OF_A_DAY,
): PendingSample {
  const outcomes = createOutcomeWeights();
  const begin = sqlite.prepare<[number]>(
    "INSERT INTO sample_pending_days VALUES (?, 9e999, 0, 0) ON CONFLICT DO NOTHING",
  );
  const dayRow = sqlite.prepare<[number], DayRow>(
    "SELECT threshold, kept FROM sample_pending_days WHERE day = ?",
  );
  const insert = sqlite.prepare<[number, number, number, number, string]>(
    "INSERT INTO sample_pending VALUES (?, ?, ?, ?, ?)",
  );
  const popLast = sqlite
    .prepare<[number], number>(
      `DELETE FROM sample_pending WHERE rowid = (SELECT rowid FROM sample_pending WHERE day = ? ORDER BY rank DESC LIMIT 1)
       RETURNING rank`,
    )
    .pluck();
  const update = sqlite.prepare<[number, number, number]>(
    "UPDATE sample_pending_days SET threshold = ?, kept = ?, changes = changes + 1 WHERE day = ?",
  );

  /** Of one day. Returns how many entered, and how many left for them or did not enter. */
  const addToDay = (day: number, arrived: readonly (readonly [DecisionTuple, string])[]): ArrivedTuples => {
    begin.run(day);
    let { threshold, kept } = dayRow.get(day) ?? { threshold: 0, kept: 0 };
    if (threshold === 0) return { kept: 0, thinned: 0, late: arrived.length, invalid: 0 };
    const before = kept;
    for (const [tuple, packed] of arrived) {
      // What the tuple stands for counts, so that each request has the same chance on whatever isolate it
      // was.
      const importance = tuple.weight * outcomes.rarityOf(tuple);
      const rank = rankOf(importance, draw());
      if (rank >= threshold) continue;
      insert.run(day, rank, importance, tuple.weight, packed);
      kept += 1;
      if (kept <= maxOfADay) continue;
      threshold = popLast.get(day) ?? threshold;
      kept -= 1;
    }
    update.run(threshold, kept, day);
    return { kept: kept - before, thinned: arrived.length - (kept - before), late: 0, invalid: 0 };
  };

  return {
    add: (tuples) => {
      const sum: ArrivedTuples = { kept: 0, thinned: 0, late: 0, invalid: 0 };
      const read = tuples.flatMap(([packed, weight]) => {
        const owned = unpackTuple(packed, weight);
        return owned === undefined ? [] : [[owned.tuple, packed] as const];
      });
      sum.invalid = tuples.length - read.length;
      for (const [day, own] of Map.groupBy(read, ([{ minute }]) => Math.floor(minute / MINUTES_PER_DAY))) {
        const { kept, thinned, late } = addToDay(day, own);
        sum.kept += kept;
        sum.thinned += thinned;
        sum.late += late;
      }
      return sum;
    },
  };
}

/**
 * How rare outcomes are in what has arrived, all days together. A restart begins anew, which biases nothing.
 */
function createOutcomeWeights() {
  const weights = new Map<string, number>();
  let total = 0;
  return {
    rarityOf: ({ as, reason, rule, weight }: DecisionTuple): number => {
      const outcome = `${as} ${reason} ${rule ?? ""}`;
      const own = weights.get(outcome) ?? 0;
      const rarity = own === 0 ? MOST_IMPORTANT : Math.min(MOST_IMPORTANT, Math.sqrt(total / own));
      if (own > 0 || weights.size < MAX_OUTCOMES) weights.set(outcome, own + weight);
      total += weight;
      return Math.max(1, rarity);
    },
  };
}
/** Far more than rules and rungs make. */
const MAX_OUTCOMES = 10_000;

/** Days with tuples that wait to be folded, ascending. */
export function pendingDays(sqlite: Sqlite.Database): PendingDay[] {
  return sqlite
    .prepare<[], PendingDay>(
      "SELECT day, kept, changes FROM sample_pending_days WHERE threshold > 0 ORDER BY day",
    )
    .all();
}

export function readPending(sqlite: Sqlite.Database, day: number): PendingTuple[] {
  const threshold = sqlite
    .prepare<[number], number>("SELECT threshold FROM sample_pending_days WHERE day = ?")
    .pluck()
    .get(day);
  if (threshold === undefined) return [];
  const rows = sqlite
    .prepare<[number], { importance: number; weight: number; packed: string }>(
      "SELECT importance, weight, packed FROM sample_pending WHERE day = ?",
    )
    .all(day);
  return rows.flatMap(({ importance, weight, packed }) => {
    const owned = unpackTuple(packed, rounded(weight * weightOf(importance, threshold)));
    if (owned === undefined) return [];
    const { user, network } = owned.owner;
    return [{ tuple: owned.tuple, visitor: network === "" ? user : network }];
  });
}

/** Six digits are more than a sample knows, and shorter in a file. */
function rounded(weight: number): number {
  return Number(weight.toPrecision(6));
}

/**
 * Forgets whose tuples these were, unless more have come since `changes`. What arrives of the day from now on
 * is late.
 */
export function closePending(sqlite: Sqlite.Database, { day, changes }: PendingDay): void {
  const close = sqlite.prepare<[number, number]>(
    "UPDATE sample_pending_days SET threshold = 0, kept = 0 WHERE day = ? AND changes = ?",
  );
  const drop = sqlite.prepare<[number]>("DELETE FROM sample_pending WHERE day = ?");
  sqlite
    .transaction(() => {
      if (close.run(day, changes).changes > 0) drop.run(day);
    })
    .immediate();
}

/** What waits of these users, each tuple with the weight that it arrived with. */
export function pendingOf(sqlite: Sqlite.Database, users: readonly UserHash[]): DecisionTuple[] {
  const ofUser = sqlite.prepare<[string], { packed: string; weight: number }>(
    "SELECT packed, weight FROM sample_pending WHERE substr(packed, 1, 16) = ? ORDER BY day, rank",
  );
  return users.flatMap((user) =>
    ofUser.all(user).flatMap(({ packed, weight }) => unpackTuple(packed, weight)?.tuple ?? []),
  );
}

/** Returns how many tuples were erased. */
export function erasePendingOf(sqlite: Sqlite.Database, users: readonly UserHash[]): number {
  const erase = sqlite
    .prepare<[string], number>("DELETE FROM sample_pending WHERE substr(packed, 1, 16) = ? RETURNING day")
    .pluck();
  const count = sqlite.prepare<[number]>(
    "UPDATE sample_pending_days SET kept = kept - 1, changes = changes + 1 WHERE day = ?",
  );
  return sqlite
    .transaction(() => {
      const days = users.flatMap((user) => erase.all(user));
      for (const day of days) count.run(day);
      return days.length;
    })
    .immediate();
}
