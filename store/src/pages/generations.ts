/** Records refresh cycles, successful and failed ones. */
import { and, desc, eq, lte } from "drizzle-orm";
import { transact, type Database } from "../database.ts";
import { generations } from "../schema.ts";

/** `report` is JSON: a CycleReport, or `{ "error": … }`. */
export type GenerationRow = typeof generations.$inferSelect;

/**
 * Begins a cycle and returns its generation. Only the holder of the publisher's lease may call this. So a
 * cycle whose state is still `running` belongs to a process that died, and is marked as failed.
 */
export function startGeneration(database: Database, reason: string, nowMs: number): number {
  const { db } = database;
  return transact(database, () => {
    db.update(generations)
      .set({
        state: "failed",
        endedMs: nowMs,
        report: JSON.stringify({ error: "the process ended in the middle" }),
      })
      .where(eq(generations.state, "running"))
      .run();
    const started = db
      .insert(generations)
      .values({ reason, state: "running", startedMs: nowMs })
      .returning({ generation: generations.generation })
      .get();
    return started.generation;
  });
}

export function finishGeneration(
  database: Database,
  generation: number,
  report: unknown,
  nowMs: number,
): void {
  end(database, generation, "done", report, nowMs);
}

export function failGeneration(database: Database, generation: number, error: string, nowMs: number): void {
  end(database, generation, "failed", { error }, nowMs);
}

function end(
  { db }: Database,
  generation: number,
  state: "done" | "failed",
  report: unknown,
  nowMs: number,
): void {
  db.update(generations)
    .set({ state, endedMs: nowMs, report: JSON.stringify(report) })
    .where(eq(generations.generation, generation))
    .run();
}

/** Returns the newest `limit` cycles, newest first. */
export function latestGenerations({ db }: Database, limit: number): GenerationRow[] {
  return db.select().from(generations).orderBy(desc(generations.generation)).limit(limit).all();
}

/** The newest that has ended by then. */
export function latestDoneGeneration(
  { db }: Database,
  endedMs = Number.MAX_SAFE_INTEGER,
): GenerationRow | undefined {
  return db
    .select()
    .from(generations)
    .where(and(eq(generations.state, "done"), lte(generations.endedMs, endedMs)))
    .orderBy(desc(generations.generation))
    .limit(1)
    .get();
}
