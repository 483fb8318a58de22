/** Leases: one publisher at a time, over all processes that share the file. */
import { and, eq } from "drizzle-orm";
import { transact, type Database } from "./database.ts";
import { leases } from "./schema.ts";

export type LeaseResult =
  | { readonly ok: true }
  /** Somebody else holds it, until `expiresMs` unless it is renewed. */
  | { readonly ok: false; readonly holder: string; readonly expiresMs: number; readonly acquiredMs: number };

/** Takes the lease when it is free, expired or the holder's own already. */
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

/** False: it was taken over or released meanwhile, and the caller must stop. */
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

/** Nothing happens when the lease is somebody else's by now. */
export function releaseLease({ db }: Database, name: string, holder: string): void {
  db.delete(leases)
    .where(and(eq(leases.name, name), eq(leases.holder, holder)))
    .run();
}
