/** Leases: each can be held by one process at a time, among all that share the database file. */
import { and, eq } from "drizzle-orm";
import { transact, type Database } from "./database.ts";
import { leases } from "./schema.ts";

export type LeaseResult =
  | { readonly ok: true }
  /** Another holder has it until `expiresMs`, or longer if it renews the lease. */
  | { readonly ok: false; readonly holder: string; readonly expiresMs: number; readonly acquiredMs: number };

/** Takes the lease when it is free, has expired, or belongs to `holder` already. */
export function acquireLease(
  database: Database,
  name: string,
  holder: string,
  ttlMs: number,
  nowMs: number,
): LeaseResult {
  return transact(database, () => {
    const taken = database.db.select().from(leases).where(eq(leases.name, name)).get();
    if (taken !== undefined && taken.holder !== holder && taken.expiresMs > nowMs) {
      return { ok: false, holder: taken.holder, expiresMs: taken.expiresMs, acquiredMs: taken.acquiredMs };
    }
    const expiresMs = nowMs + ttlMs;
    const acquiredMs = taken?.holder === holder && taken.expiresMs > nowMs ? taken.acquiredMs : nowMs;
    database.db
      .insert(leases)
      .values({ name, holder, acquiredMs, expiresMs })
      .onConflictDoUpdate({ target: leases.name, set: { holder, acquiredMs, expiresMs } })
      .run();
    return { ok: true };
  });
}

/** Returns false when the lease was taken over or released in the meantime: the caller must stop. */
export function renewLease(
  { db }: Database,
  name: string,
  holder: string,
  ttlMs: number,
  nowMs: number,
): boolean {
  const renewed = db
    .update(leases)
    .set({ expiresMs: nowMs + ttlMs })
    .where(and(eq(leases.name, name), eq(leases.holder, holder)))
    .run();
  return renewed.changes === 1;
}

/** Does nothing when another holder has taken the lease over. */
export function releaseLease({ db }: Database, name: string, holder: string): void {
  db.delete(leases)
    .where(and(eq(leases.name, name), eq(leases.holder, holder)))
    .run();
}
