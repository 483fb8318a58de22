/** From when to when logs have calls, by their first and last lines: a report's period goes by it. */
import { readSourceBytes, readTail, STDIN } from "@spillway/kit/tabular/source.ts";
import { MAX_CLOCK_LEAD_MS } from "@spillway/shared/protocol/time.ts";
import { createCategoryReader } from "../logs/request-category.ts";
import { readLog, type LogOptions } from "./log-source.ts";
import { createStringInterner, type StringInterner } from "./string-interner.ts";
import type { TrafficSink } from "./traffic-source.ts";

/** So much of a file's beginning and of its end is read. */
const END_BYTES = 64 * 1024;

export type LogTimes = { readonly firstMs: number; readonly lastMs: number };

/**
 * Returns undefined when no file tells a time. Standard input is not looked at, since it can be read only
 * once. Calls out of order in the middle of a file are not seen.
 */
export async function logTimes(paths: readonly string[], options: LogOptions): Promise<LogTimes | undefined> {
  let [firstS, lastS] = [Infinity, -Infinity];
  // One clock that is ahead would move the period to where nothing is.
  const latestS = (Date.now() + MAX_CLOCK_LEAD_MS) / 1000;
  const note = (timeS: number): void => {
    if (timeS > latestS) return;
    firstS = Math.min(firstS, timeS);
    lastS = Math.max(lastS, timeS);
  };
  for (const path of paths) {
    if (path === STDIN) continue;
    const reading = {
      sink: noting(note),
      bad: () => undefined,
      notice: () => undefined,
      onBytes: () => undefined,
      rows: 0,
      otherMethods: 0,
    };
    await readLog(path, endsOf(path), reading, options, createCategoryReader());
  }
  return firstS > lastS ? undefined : { firstMs: firstS * 1000, lastMs: lastS * 1000 };
}

/** A log's first and last lines are a log again, with its header if it has one. */
async function* endsOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  let head = Buffer.alloc(0);
  for await (const chunk of readSourceBytes(path, () => undefined)) {
    head = Buffer.concat([head, chunk]);
    if (head.length >= END_BYTES) break;
  }
  if (head.length < END_BYTES) return yield head;
  yield head.subarray(0, head.lastIndexOf("\n", END_BYTES) + 1);
  const tail = await readTail(path, END_BYTES);
  yield tail.subarray(tail.indexOf("\n") + 1);
}

/** A sink that keeps nothing but the times. */
function noting(note: (timeS: number) => void): TrafficSink {
  const [users, networks, agents, categories] = Array.from({ length: 4 }, createStringInterner) as [
    StringInterner,
    StringInterner,
    StringInterner,
    StringInterner,
  ];
  return { users, networks, agents, categories, take: note, takeOther: note };
}
