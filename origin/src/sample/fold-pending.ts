/** Pending tuples → the stored sample: folds the days that have changed, and closes those that are over. */
import type Sqlite from "better-sqlite3";
import type { SampleDay, SampleStore } from "@spillway/store/operators/sample-store.ts";
import { foldSample } from "./fold-sample.ts";
import { closePending, pendingDays, readPending } from "./pending-sample.ts";

const DAY_MS = 86_400_000;
/** A queue delays a message by at most so long, which it does where the origin was away. */
const CLOSED_AFTER_MS = 12 * 3600 * 1000;

export type FoldedDay = Omit<SampleDay, "source" | "storedMs"> & {
  readonly pending: number;
  /** Of the stored tuples, those that have lost something. */
  readonly folded: number;
};

export type FoldPending = {
  /**
   * Returns what was stored. Recorded days before the oldest that is kept are dropped, and imported ones as
   * long after they came.
   */
  readonly fold: (nowMs: number) => Promise<readonly FoldedDay[]>;
};

export function createFoldPending(
  sqlite: Sqlite.Database,
  samples: SampleStore,
  keepDays: number,
): FoldPending {
  /** Of each day, the changes that are folded already. */
  const folded = new Map<number, number>();
  return {
    fold: async (nowMs) => {
      const done: FoldedDay[] = [];
      for (const waiting of pendingDays(sqlite)) {
        const { day, changes, kept } = waiting;
        const complete = nowMs >= (day + 1) * DAY_MS + CLOSED_AFTER_MS;
        if (!complete && folded.get(day) === changes) continue;
        const { tuples, withheld } = foldSample(readPending(sqlite, day));
        const weight = tuples.reduce((sum, tuple) => sum + tuple.weight, 0);
        const about = { day, tuples: tuples.length, weight, withheld: withheld.weight, complete };
        await samples.put([{ about: { ...about, source: "recorded", storedMs: nowMs }, tuples }]);
        // Whose they were is forgotten once what is left of them is stored.
        if (complete) closePending(sqlite, waiting);
        folded.set(day, changes);
        const lost = tuples.filter(({ folded: fields }) => fields !== undefined).length;
        done.push({ ...about, pending: kept, folded: lost });
      }
      await samples.drop(Math.floor(nowMs / DAY_MS) - keepDays + 1, nowMs - keepDays * DAY_MS);
      return done;
    },
  };
}
