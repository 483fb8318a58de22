/** Writes of the serving process: while another process holds the write lock they wait without holding up the event loop. */
import Sqlite from "better-sqlite3";
import { isStorageBusy, type Database } from "./database.ts";

const ASK_EVERY_MS = 15;
const GIVE_UP_AFTER_MS = 4000;

/** To be called once by a process that serves: SQLite's own waiting blocks the thread, and with it every request. */
export function neverBlock({ sqlite }: Pick<Database, "sqlite">): void {
  sqlite.pragma("busy_timeout = 0");
}

type Waiter = {
  /** False: the lock is not free. */
  readonly attempt: () => boolean;
  readonly giveUp: () => void;
  readonly untilMs: number;
};

/** First come, first served: however many wait for a file, one asks. */
const waitingFor = new WeakMap<object, Waiter[]>();
/** The origin's database. */
const MAIN_FILE = {};

/**
 * The result of `write` as soon as the lock is free and those are done that came before; rejects with what it throws, or with
 * SQLITE_BUSY when the lock has not been free for four seconds. `file`: whatever stands for another file, with a lock of its own.
 */
export function whenFree<Result>(write: () => Result, file: object = MAIN_FILE): Promise<Result> {
  const waiting = waitingFor.get(file) ?? [];
  waitingFor.set(file, waiting);
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
        // What the write threw, handed on as it is.
        // oxlint-disable-next-line prefer-promise-reject-errors
        reject(error);
      }
      return true;
    };
    if (waiting.length === 0 && attempt()) return;
    const giveUp = (): void => reject(heldTooLong(busy));
    waiting.push({ attempt, giveUp, untilMs: performance.now() + GIVE_UP_AFTER_MS });
    if (waiting.length === 1) setTimeout(serveFirst, ASK_EVERY_MS, waiting);
  });
}

/** One write at a time: between two the event loop turns. */
function serveFirst(waiting: Waiter[]): void {
  const isFree = waiting[0]?.attempt() ?? false;
  if (isFree) waiting.shift();
  else dropLate(waiting, performance.now());
  if (waiting.length === 0) return;
  if (isFree) setImmediate(serveFirst, waiting);
  else setTimeout(serveFirst, ASK_EVERY_MS, waiting);
}

/** All wait equally long, so that the first is the latest. */
function dropLate(waiting: Waiter[], nowMs: number): void {
  while ((waiting[0]?.untilMs ?? Infinity) <= nowMs) waiting.shift()?.giveUp();
}

function heldTooLong(busy: unknown): Error {
  const code = busy instanceof Sqlite.SqliteError ? busy.code : "SQLITE_BUSY";
  return new Sqlite.SqliteError(
    `another process has held the database's write lock for ${GIVE_UP_AFTER_MS / 1000} s`,
    code,
  );
}
