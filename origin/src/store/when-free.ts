/** Writes of the serving process: while another process holds the write lock they wait without holding up the event loop. */
import type Sqlite from "better-sqlite3";
import { isStorageBusy } from "./database.ts";

type Connection = { readonly sqlite: Sqlite.Database };
type Waiter = {
  readonly untilMs: number;
  /** False: the file is locked. Else the promise that waits for it is settled. */
  readonly isSettled: (isLast: boolean) => boolean;
};

const ASK_EVERY_MS = 10;
const GIVE_UP_AFTER_MS = 4000;

/** First come, first served; only the first asks, however many wait. */
const queues = new WeakMap<Sqlite.Database, Waiter[]>();

/** To be called once by a process that serves: SQLite's own waiting blocks the thread, and with it every request. */
export function neverBlock({ sqlite }: Connection): void {
  sqlite.pragma("busy_timeout = 0");
}

/** The result of `write` as soon as the lock is free; throws what it throws, SQLITE_BUSY after four seconds of it. */
export function whenFree<Result>({ sqlite }: Connection, write: () => Result): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const isSettled = (isLast: boolean): boolean => {
    try {
      resolve(write());
    } catch (error) {
      if (isStorageBusy(error) && !isLast) return false;
      reject(error);
    }
    return true;
  };
  const queue = queues.get(sqlite) ?? [];
  queues.set(sqlite, queue);
  if (queue.length > 0 || !isSettled(false)) {
    queue.push({ untilMs: performance.now() + GIVE_UP_AFTER_MS, isSettled });
    if (queue.length === 1) askAgain(queue);
  }
  return promise;
}

function askAgain(queue: Waiter[]): void {
  setTimeout(() => {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if (!first.isSettled(performance.now() > first.untilMs)) break;
      queue.shift();
    }
    if (queue.length > 0) askAgain(queue);
  }, ASK_EVERY_MS);
}
