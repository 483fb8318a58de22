/** Names processes that hold something in the database, so that others can say who holds it. */
import { transact, type Database } from "./database.ts";
import { acquireLease, releaseLease } from "./leases.ts";
import { eq } from "drizzle-orm";
import { leases } from "./schema.ts";

const WRITER = "writer";
/** For processes whose end nobody sees, in a container of their own. */
const WRITER_TTL_MS = 3_600_000;

/** Another process is at work on the same data, as the message says. The same call succeeds later. */
export class BusyError extends Error {
  override readonly name = "BusyError";
}

/** `title` says what this process is, such as "background pipeline". */
export function holderOf(title: string): string {
  return `${title}, pid ${process.pid}`;
}

/**
 * Whether the holder was killed without releasing what it held. The store is a local file, so that the
 * holder's pid is of this machine.
 */
export function isGone(holder: string): boolean {
  const pid = Number(/pid (\d+)$/.exec(holder)?.[1]);
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/**
 * Says that this process replaces much of the data, which may hold the write lock for long. It only informs
 * others, and allows one such process at a time: throws a {@link BusyError} that names another one.
 */
export function announceWriter(database: Database, title: string): Disposable {
  const holder = holderOf(title);
  for (;;) {
    const result = acquireLease(database, WRITER, holder, WRITER_TTL_MS, Date.now());
    if (result.ok) break;
    if (!isGone(result.holder)) {
      throw new BusyError(`${atWork(result.holder, result.acquiredMs)}: try again when it has ended`);
    }
    releaseLease(database, WRITER, result.holder);
  }
  return { [Symbol.dispose]: () => transact(database, () => releaseLease(database, WRITER, holder)) };
}

/** Returns what to call the process that holds the write lock for long, if it has announced itself. */
export function writerNow(database: Database): string | undefined {
  const row = database.db.select().from(leases).where(eq(leases.name, WRITER)).get();
  if (row === undefined || row.expiresMs <= Date.now() || isGone(row.holder)) return undefined;
  return atWork(row.holder, row.acquiredMs);
}

function atWork(holder: string, sinceMs: number): string {
  return `${holder}, has been writing to the database for ${secondsSince(sinceMs)} s`;
}

export function secondsSince(ms: number): number {
  return Math.max(0, Math.round((Date.now() - ms) / 1000));
}
