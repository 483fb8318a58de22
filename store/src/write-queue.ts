/**
 * Queues the writes of the serving process: while another process holds the write lock, they wait without
 * blocking the event loop.
 */
import Sqlite from "better-sqlite3";
import { isStorageBusy, type Database } from "./database.ts";

const RETRY_EVERY_MS = 15;
const GIVE_UP_AFTER_MS = 4000;

/**
 * To be called once by the serving process: SQLite's own waiting would block the thread, and with it every
 * request.
 */
export function disableBusyWaiting({ sqlite }: Pick<Database, "sqlite">): void {
  sqlite.pragma("busy_timeout = 0");
}

type WaitingWrite = {
  /** Returns false when the lock is not free. */
  readonly attempt: () => boolean;
  readonly giveUp: () => void;
  readonly untilMs: number;
};

/** The writes that wait for each file, in order. Only the first of a file tries to get the lock. */
const queues = new WeakMap<object, WaitingWrite[]>();
/** Stands for the origin's database. */
const MAIN_FILE = {};

/**
 * Runs `write` as soon as the lock is free and all earlier writes are done, and resolves with its result.
 * Rejects with what `write` throws, or with SQLITE_BUSY when the lock was not free for four seconds. `file`
 * is any object that stands for another database file, which has a lock and a queue of its own.
 */
export function queueWrite<Result>(write: () => Result, file: object = MAIN_FILE): Promise<Result> {
  const queue = queues.get(file) ?? [];
  queues.set(file, queue);
  return new Promise((resolve, reject) => {
    let busy: unknown;
    const attempt = (): boolean => {
      try {
        resolve(write());
      } catch (error) {
        if (isStorageBusy(error)) {
          busy = error;
          return false;
        }
        // What the write threw is passed on unchanged.
        // oxlint-disable-next-line prefer-promise-reject-errors
        reject(error);
      }
      return true;
    };
    if (queue.length === 0 && attempt()) return;
    const giveUp = (): void => reject(lockTimeout(busy));
    queue.push({ attempt, giveUp, untilMs: performance.now() + GIVE_UP_AFTER_MS });
    if (queue.length === 1) setTimeout(runFirst, RETRY_EVERY_MS, queue);
  });
}

/** Runs one write and then returns to the event loop, so that requests are answered between two writes. */
function runFirst(queue: WaitingWrite[]): void {
  const isFree = queue[0]?.attempt() ?? false;
  if (isFree) queue.shift();
  else rejectExpired(queue, performance.now());
  if (queue.length === 0) return;
  if (isFree) setImmediate(runFirst, queue);
  else setTimeout(runFirst, RETRY_EVERY_MS, queue);
}

/** All writes may wait equally long, so that the first in the queue expires first. */
function rejectExpired(queue: WaitingWrite[], nowMs: number): void {
  while ((queue[0]?.untilMs ?? Infinity) <= nowMs) queue.shift()?.giveUp();
}

function lockTimeout(busy: unknown): Error {
  const code = busy instanceof Sqlite.SqliteError ? busy.code : "SQLITE_BUSY";
  return new Sqlite.SqliteError(
    `another process has held the database's write lock for ${GIVE_UP_AFTER_MS / 1000} s`,
    code,
  );
}
