/** Writes of the serving process: while another process holds the write lock they wait without holding up the event loop. */
import { isStorageBusy, type Database } from "./database.ts";

const ASK_EVERY_MS = 15;
const GIVE_UP_AFTER_MS = 4000;
/** SQLite's own waiting blocks the thread, and with it every request. */
const BLOCKING_WAIT_MS = 5;

/** To be called once by a process that serves. */
export function neverBlock({ sqlite }: Database): void {
  sqlite.pragma(`busy_timeout = ${BLOCKING_WAIT_MS}`);
}

/** The result of `write` as soon as the lock is free; throws what it throws, SQLITE_BUSY after four seconds of it. */
export async function whenFree<Result>(write: () => Result): Promise<Result> {
  const untilMs = performance.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    try {
      return write();
    } catch (error) {
      if (!isStorageBusy(error) || performance.now() > untilMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}
