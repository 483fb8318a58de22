/** The sample over SQLite: each day in compressed parts of JSONL. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { and, asc, eq, gt, inArray, lt, or } from "drizzle-orm";
import { formatTuple, type DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { readTuples } from "@spillway/shared/sample/tuple-lines.ts";
import { transact, type Database } from "../database.ts";
import { sampleDays, sampleParts } from "../schema.ts";
import { queueWrite } from "../write-queue.ts";
import type { SampleStore } from "./sample-store.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** A part is read whole: some 2 MB of text, and a tenth of it as it is stored. */
const TUPLES_OF_A_PART = 4000;
const MINUTE_MS = 60_000;

export function sqliteSamples(database: Database): SampleStore {
  const { db } = database;
  return {
    days: async () => db.select().from(sampleDays).orderBy(asc(sampleDays.day)).all(),
    put: async (days) => {
      const parts = (await Promise.all(days.map(({ about, tuples }) => partsOf(about.day, tuples)))).flat();
      return queueWrite(() =>
        transact(database, () => {
          dropDays(
            database,
            days.map(({ about }) => about.day),
          );
          for (const { about } of days) db.insert(sampleDays).values(about).run();
          for (const part of parts) db.insert(sampleParts).values(part).run();
        }),
      );
    },
    tuples: (fromMs, untilMs) => tuplesBetween(database, fromMs, untilMs),
    drop: (day, storedMs) =>
      queueWrite(() =>
        transact(database, () => {
          const old = or(
            and(eq(sampleDays.source, "recorded"), lt(sampleDays.day, day)),
            and(eq(sampleDays.source, "imported"), lt(sampleDays.storedMs, storedMs)),
          );
          const dropped = db.select({ day: sampleDays.day }).from(sampleDays).where(old).all();
          dropDays(
            database,
            dropped.map((row) => row.day),
          );
          return dropped.length;
        }),
      ),
  };
}

function dropDays({ db }: Database, days: readonly number[]): void {
  db.delete(sampleDays)
    .where(inArray(sampleDays.day, [...days]))
    .run();
  db.delete(sampleParts)
    .where(inArray(sampleParts.day, [...days]))
    .run();
}

function partsOf(
  day: number,
  tuples: readonly DecisionTuple[],
): Promise<(typeof sampleParts.$inferInsert)[]> {
  const ordered = tuples.toSorted((a, b) => a.minute - b.minute);
  const count = Math.ceil(ordered.length / TUPLES_OF_A_PART);
  return Promise.all(
    Array.from({ length: count }, async (_, part) => {
      const own = ordered.slice(part * TUPLES_OF_A_PART, (part + 1) * TUPLES_OF_A_PART);
      return {
        day,
        part,
        fromMinute: own[0]?.minute ?? 0,
        untilMinute: (own.at(-1)?.minute ?? 0) + 1,
        lines: await compress(own.map(formatTuple).join("\n")),
      };
    }),
  );
}

async function* tuplesBetween(
  { db }: Database,
  fromMs: number,
  untilMs: number,
): AsyncGenerator<DecisionTuple, void> {
  const { day, part, lines, fromMinute, untilMinute } = sampleParts;
  const within = and(gt(untilMinute, fromMs / MINUTE_MS), lt(fromMinute, untilMs / MINUTE_MS));
  const parts = db.select({ day, part }).from(sampleParts).where(within).orderBy(asc(day), asc(part)).all();
  for (const wanted of parts) {
    const at = and(eq(day, wanted.day), eq(part, wanted.part));
    const [stored] = db.select({ lines }).from(sampleParts).where(at).all();
    // The day may have been replaced or dropped meanwhile.
    if (stored === undefined) continue;
    const text = (await expand(stored.lines)).toString();
    for (const tuple of readTuples(text.split("\n"), `the sample's day ${wanted.day}`)) {
      const atMs = tuple.minute * MINUTE_MS;
      if (atMs >= fromMs && atMs < untilMs) yield tuple;
    }
  }
}
