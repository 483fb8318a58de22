/** In Node, which lets a test measure V8's heap; workerd's V8 keeps strings in the same way. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createServingLog, MAX_ENTRIES, type ServedCall } from "../src/serving-log/serving-log.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const HEADER_CHARACTERS = 8192;
/** What `MAX_ENTRIES` says of a full report. */
const REPORT_BYTES = 8e5;

/** What a request brings: `text` cut out of a header, or an address, of its own. */
function cutFrom(text: string, at: number): string {
  const header = Buffer.alloc(HEADER_CHARACTERS, `${text}${at};`).toString("latin1");
  return header.slice(0, text.length);
}

function callOf(at: number): ServedCall {
  return {
    user: at.toString(16).padStart(16, "0"),
    context: cutFrom("a-context-of-some-length", at),
    as: "cluster",
    reason: "over-threshold",
    cluster: "esp",
    country: "ES",
    address: cutFrom("2001:db8:77:1::9", at),
    agent: "browser",
    version: 1,
    slow: false,
  };
}

test("keeps no header of a request, and no address, for what is cut out of it", () => {
  const log = createServingLog({
    takeSample: () => [],
    kvReads: () => 0,
    isolate: "i1",
    send: () => Promise.resolve(true),
    sleep: () => new Promise(() => undefined),
    flushAfterMs: 1000,
  });
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < MAX_ENTRIES - 1; at += 1)
    log.add(callOf(at), { nowMs: 0, waitUntil: () => undefined });
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(REPORT_BYTES);
  expect(log.totals()).toEqual({ calls: MAX_ENTRIES - 1, lost: 0 });
});
