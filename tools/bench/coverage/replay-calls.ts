/** The calls through the edge's own serving log, isolate by isolate, and what it sends into the origin's. */
import { createServingLog, type ServedCall } from "@spillway/edge/serving-log/serving-log.ts";
import { createServingSink } from "@spillway/edge/serving-log/serving-sink.ts";
import { createFailures } from "@spillway/edge/failures.ts";
import type { ServingLog } from "@spillway/origin/serving-log/serving-log.ts";
import { createProgress } from "@spillway/kit/commands/progress.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { unpackServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { SimulatedCalls } from "./simulate-calls.ts";

export type ReplayOptions = {
  readonly calls: SimulatedCalls;
  readonly store: ServingLog["store"];
  readonly isolates: number;
  readonly startMs: number;
  readonly seed: number;
};

export type Replay = {
  readonly messages: number;
  readonly bytes: number;
  /** The time at the origin from a message's text to its commit. */
  readonly originS: number;
};

/** The worker's default. */
const FLUSH_AFTER_S = 10;
/** A queue delivers at least once. */
const TWICE_SHARE = 0.01;
const SERVED: readonly Pick<ServedCall, "as" | "reason" | "cluster">[] = [
  { as: "individual", reason: "admitted", cluster: "esp.social" },
  { as: "cluster", reason: "over-threshold", cluster: "esp.social" },
  { as: "generic", reason: "over-threshold", cluster: "generic" },
];

type Timer = { readonly dueS: number; readonly fire: () => void };

export async function replayCalls({ calls, store, isolates, startMs, seed }: ReplayOptions): Promise<Replay> {
  const random = seededRandom(seed);
  const hashUser = createUserHash("a-secret-for-the-benchmark");
  let second = 0;
  let timers: Timer[] = [];
  let work: Promise<unknown>[] = [];
  let waiting: string[] = [];
  const figures = { messages: 0, bytes: 0, originS: 0 };
  const failures = createFailures(() => undefined);
  const edges = Array.from({ length: isolates }, (_, at) =>
    createServingLog({
      takeSample: () => [],
      kvReads: () => 0,
      isolate: `i${at}`,
      send: createServingSink({
        queue: {
          sendBatch: (messages) => {
            waiting.push(...messages.map(({ body }) => JSON.stringify(body)));
            return Promise.resolve();
          },
        },
        failures,
        deadlineMs: 10_000,
      }),
      sleep: (ms) =>
        new Promise((resolve) => timers.push({ dueS: second + Math.ceil(ms / 1000), fire: resolve })),
      flushAfterMs: FLUSH_AFTER_S * 1000,
    }),
  );
  const deliver = (text: string): void => {
    const startedMs = performance.now();
    const report = unpackServingReport(JSON.parse(text));
    if (report === undefined) throw new Error("the edge sent what is no report");
    store(report, startMs + second * 1000);
    figures.originS += (performance.now() - startedMs) / 1000;
    figures.messages += 1;
    figures.bytes += text.length;
  };
  using progress = createProgress("through the serving log");
  const lastSecond = calls.startOf.length - 2;
  for (; second <= lastSecond || timers.length > 0; second += 1) {
    const moment = {
      nowMs: startMs + second * 1000,
      waitUntil: (promise: Promise<unknown>) => void work.push(promise),
    };
    const [from = 0, to = 0] = second > lastSecond ? [] : calls.startOf.subarray(second, second + 2);
    for (let at = from; at < to; at += 1) {
      const user = calls.users[at] ?? 0;
      const served = SERVED[calls.rungs[at] ?? 0];
      const edge = edges[Math.floor(random() * isolates)];
      if (served === undefined || edge === undefined) throw new RangeError("no such rung or isolate");
      edge.add(
        {
          user: hashUser(`user-${user}`),
          context: "homepage",
          ...served,
          country: "ES",
          address: `10.${user % 200}.${user % 250}.7`,
          agent: "tv",
          version: 1,
          slow: false,
        },
        moment,
      );
    }
    const due = timers.filter(({ dueS }) => dueS <= second);
    timers = timers.filter(({ dueS }) => dueS > second);
    for (const { fire } of due) fire();
    // What is due is awaited, what only begins to wait is not: turns of the event loop let the former
    // through.
    for (let turn = 0; due.length > 0 && turn < 2; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
    const batch = waiting;
    waiting = [];
    for (const text of batch.toSorted(() => random() - 0.5)) {
      deliver(text);
      if (random() < TWICE_SHARE) deliver(text);
    }
    if (second % 600 === 0) {
      progress.update(Math.min(second, lastSecond), lastSecond);
      work = [];
    }
  }
  const lost = edges.reduce((sum, edge) => sum + edge.totals().lost, 0);
  if (lost > 0) throw new Error(`the isolates gave up ${lost} calls: more isolates are needed for so many`);
  return figures;
}
