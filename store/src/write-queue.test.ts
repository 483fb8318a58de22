import { once } from "node:events";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { getDocument, putDocument } from "./documents.ts";
import { openForTest, temporaryPath } from "../test/test-database.ts";
import { disableBusyWaiting, queueWrite } from "./write-queue.ts";

const HOLD = `
const { workerData, parentPort } = require("node:worker_threads");
const Sqlite = require(workerData.sqlite);
const other = new Sqlite(workerData.path);
other.exec("BEGIN IMMEDIATE");
parentPort.postMessage("held");
setTimeout(() => other.exec("COMMIT"), workerData.holdMs);
`;

const holders: Worker[] = [];
afterEach(() => Promise.all(holders.splice(0).map((worker) => worker.terminate())));

/** Resolves once another thread's connection holds the write lock. */
async function holdLock(path: string, holdMs: number): Promise<void> {
  const sqlite = createRequire(import.meta.url).resolve("better-sqlite3");
  const worker = new Worker(HOLD, { eval: true, workerData: { path, holdMs, sqlite } });
  holders.push(worker);
  await once(worker, "message");
}

function openToServe() {
  const path = temporaryPath();
  const serving = openForTest(path);
  disableBusyWaiting(serving);
  return { path, serving };
}

test("twenty writes wait a second for another transaction, in order, and the event loop is not blocked", async () => {
  const { path, serving } = openToServe();
  await holdLock(path, 1000);
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), 5);
  const done: number[] = [];
  const versions = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const version = await queueWrite(() => putDocument(serving, "key", { at }, 0));
      done.push(at);
      return version;
    }),
  );
  clearInterval(ticking);
  expect(versions).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  expect(done).toEqual(Array.from({ length: 20 }, (_, at) => at));
  // There are 200 ticks without any load, and fewer on a busy machine. Writes that blocked would leave one or
  // two.
  expect(ticks).toBeGreaterThan(5);
});

test("a later write does not overtake, and one that throws does not delay the others", async () => {
  const { path, serving } = openToServe();
  await holdLock(path, 100);
  const order: string[] = [];
  const first = queueWrite(() => putDocument(serving, "key", {}, 0)).then(() => order.push("first"));
  const wrong = queueWrite(() => {
    throw new RangeError("wrong");
  }).catch(() => order.push("wrong"));
  const last = queueWrite(() => putDocument(serving, "key", {}, 0)).then(() => order.push("last"));
  await Promise.all([first, wrong, last]);
  expect(order).toEqual(["first", "wrong", "last"]);
});

test("a write to another file does not wait for this one's", async () => {
  const { path, serving } = openToServe();
  const other = openToServe();
  await holdLock(path, 300);
  const order: string[] = [];
  const here = queueWrite(() => putDocument(serving, "key", {}, 0)).then(() => order.push("here"));
  await queueWrite(() => putDocument(other.serving, "key", {}, 0), other.serving);
  order.push("there");
  await here;
  expect(order).toEqual(["there", "here"]);
});

test("a write that waits for longer than four seconds fails, saying why, and the next one does not", async () => {
  const { path, serving } = openToServe();
  await holdLock(path, 4500);
  const late = queueWrite(() => putDocument(serving, "late", {}, 0));
  const refusal = late.catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const inTime = queueWrite(() => putDocument(serving, "in-time", {}, 0));
  expect(await refusal).toMatchObject({
    code: "SQLITE_BUSY",
    message: "another process has held the database's write lock for 4 s",
  });
  expect(await inTime).toBe(1);
  expect(getDocument(serving, "late", (value) => value)).toBeUndefined();
}, 15_000);

test("an error other than a busy lock rejects at once", async () => {
  await expect(
    queueWrite(() => {
      throw new RangeError("wrong");
    }),
  ).rejects.toThrow("wrong");
});
