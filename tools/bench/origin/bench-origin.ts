/**
 * The origin benchmark: individual answers at a gentle rate, by turns idle and while the pipeline runs a full
 * cycle.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { latestGenerations } from "@spillway/store/pages/generations.ts";
import { median } from "@spillway/kit/statistics.ts";
import { closedLoops } from "./closed-loops.ts";
import { isIndividual, measureBoth, pathOf, type Window } from "./measure-window.ts";
import { seedOrigin } from "./seed-origin.ts";
import { startServer } from "./server.ts";

export type OriginBenchOptions = {
  readonly items: number;
  readonly users: number;
  readonly history: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly rate: number;
};

export type OriginBench = OriginBenchOptions & {
  /**
   * Closed loop, idle: as many individual answers as one origin gives, and as bare Hono gives as many bytes.
   */
  readonly perSec: number;
  readonly barePerSec: number;
  /** Origin ÷ bare: the median of loops by turns. */
  readonly ratio: number;
  /** The same by processor time for each answer, on which others weigh less. NaN where there is no /proc. */
  readonly processorRatio: number;
  readonly processorMs: number;
  /**
   * What the origin says of itself in `Server-Timing`, idle: without the way to it. Medians over the rounds.
   */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p50DuringCycleMs: number;
  readonly p99DuringCycleMs: number;
  /** From the request's sending to the answer's last byte. */
  readonly clientP50Ms: number;
  readonly clientP99Ms: number;
  readonly clientP50DuringCycleMs: number;
  readonly clientP99DuringCycleMs: number;
  /** The client's p99 during a cycle ÷ idle: the median of the rounds' own ratios. */
  readonly p99CycleRatio: number;
  /** The slowest answer of all, while cycles ran. */
  readonly maxDuringCycleMs: number;
  /** Bare Hono on Node, the same number of bytes, asked in the same moments: what the machine itself does. */
  readonly bareP50Ms: number;
  readonly bareP99Ms: number;
  readonly bareP99DuringCycleMs: number;
  readonly bareP99CycleRatio: number;
  readonly pageBytes: number;
  readonly answers: number;
  readonly cycleS: number;
};

const ORIGIN = new URL("../../../origin/src/index.ts", import.meta.url);
const KV = new URL("kv-server.ts", import.meta.url);
const BARE = new URL("bare-server.ts", import.meta.url);
/** A cycle's last stored state is read, and its memory freed, after it has ended: that belongs to it. */
const AFTER_CYCLE_MS = 2000;
const WARM_UP_S = 3;
const LOOK_EVERY_MS = 20;
/** Time between two cycles besides the idle measurement: for publishing, settling, and both closed loops. */
const IDLE_ROOM_S = 24;
const CYCLE_WITHIN_MS = 600_000;

export async function benchOrigin(options: OriginBenchOptions): Promise<OriginBench> {
  const folder = await mkdtemp(join(tmpdir(), "spillway-bench-"));
  try {
    return await benchIn(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function say(line: string): void {
  console.error(line);
}

async function benchIn(folder: string, options: OriginBenchOptions): Promise<OriginBench> {
  const { users, rounds, rate, seconds } = options;
  say(`seeding ${options.items} items and ${users} users …`);
  const database = openDatabase(join(folder, "spillway.db"), { durability: "normal" });
  using _closing = { [Symbol.dispose]: () => database.close() };
  seedOrigin(database, options, Date.now());
  await using kv = await startServer(KV, "PORT", "/", {});
  await using origin = await startServer(ORIGIN, "ORIGIN_PORT", "/health", {
    SPILLWAY_DATA: folder,
    KV_API_BASE: kv.url,
    EDGE_TOKEN: "bench-token-of-the-edge",
    ADMIN_TOKEN: "bench-token-of-the-admin",
    LOG_LEVEL: "error",
    // Room for an idle measurement between one cycle's end and the next one's start.
    REFRESH_CADENCE_S: String(seconds + IDLE_ROOM_S),
    TRAIN_CADENCE_S: "0",
    // EASE of so many titles takes minutes in each cycle; a history's sum is then of 20,000 weights, not
    // 48,000.
    TRAINER: "cosine",
  });
  say("the first cycle trains and publishes …");
  await cycleEnded(database);
  await wait(
    async () => isIndividual((await fetch(origin.url + pathOf(0, users))).headers.get("Spillway-Served")),
    "no answer was an individual one",
  );
  const bytes = await medianPageBytes(origin.url, users);
  await using bare = await startServer(BARE, "PORT", "/", { BYTES: String(bytes) });
  const measure = (isOver: () => boolean): Promise<Window> =>
    measureBoth({ origin: origin.url, bare: bare.url, users, rate, isOver });

  await measure(after(WARM_UP_S));
  const loops = await closedLoops(
    origin,
    bare,
    Array.from({ length: 1000 }, (_, number) => pathOf(number, users)),
  );
  const idle: Window[] = [];
  const during: Window[] = [];
  const cycles: number[] = [];
  while (during.length < rounds) {
    const { generation } = newest(database);
    await sleep(AFTER_CYCLE_MS);
    const calm = await measure(after(seconds));
    // A cycle began in it: another try after that one.
    const disturbed = newest(database).generation !== generation;
    if (!disturbed) await cycleBegan(database, generation);
    const startedMs = Date.now();
    let endedMs = Infinity;
    const busy = await measure(() => {
      if (endedMs === Infinity && newest(database).state !== "running") endedMs = Date.now();
      return Date.now() > endedMs + AFTER_CYCLE_MS;
    });
    if (disturbed) continue;
    if (newest(database).state !== "done") throw new Error("a cycle failed: see the origin's log above");
    idle.push(calm);
    during.push(busy);
    cycles.push((endedMs - startedMs) / 1000);
    say(
      `round ${during.length} of ${rounds}: p99 ${calm.p99Ms.toFixed(2)} ms idle, ${busy.p99Ms.toFixed(2)} ms in a cycle of ${((endedMs - startedMs) / 1000).toFixed(0)} s`,
    );
  }
  const ratioOf = (p99: "p99Ms" | "bareP99Ms"): number =>
    median(during.map((busy, round) => busy[p99] / (idle[round]?.[p99] ?? Number.NaN)));
  return {
    ...options,
    ...loops,
    p50Ms: medianOf(idle, "serverP50Ms"),
    p99Ms: medianOf(idle, "serverP99Ms"),
    p50DuringCycleMs: medianOf(during, "serverP50Ms"),
    p99DuringCycleMs: medianOf(during, "serverP99Ms"),
    clientP50Ms: medianOf(idle, "p50Ms"),
    clientP99Ms: medianOf(idle, "p99Ms"),
    clientP50DuringCycleMs: medianOf(during, "p50Ms"),
    clientP99DuringCycleMs: medianOf(during, "p99Ms"),
    p99CycleRatio: ratioOf("p99Ms"),
    maxDuringCycleMs: Math.max(...during.map(({ maxMs }) => maxMs)),
    bareP50Ms: medianOf(idle, "bareP50Ms"),
    bareP99Ms: medianOf(idle, "bareP99Ms"),
    bareP99DuringCycleMs: medianOf(during, "bareP99Ms"),
    bareP99CycleRatio: ratioOf("bareP99Ms"),
    pageBytes: bytes,
    answers: [...idle, ...during].reduce((sum, { answers }) => sum + answers, 0),
    cycleS: median(cycles),
  };
}

/** Median of a few users' pages, which the baseline is made to answer. */
async function medianPageBytes(url: string, users: number): Promise<number> {
  const sizes: number[] = [];
  for (let number = 0; number < 20; number += 1)
    sizes.push((await (await fetch(url + pathOf(number, users))).arrayBuffer()).byteLength);
  return Math.round(median(sizes));
}

function medianOf(windows: readonly Window[], figure: keyof Window): number {
  return median(windows.map((window) => window[figure]));
}

function newest(database: Database): { readonly generation: number; readonly state: string } {
  return latestGenerations(database, 1)[0] ?? { generation: 0, state: "none" };
}

function cycleBegan(database: Database, last: number): Promise<void> {
  return wait(() => newest(database).generation > last, "no cycle began");
}

function cycleEnded(database: Database): Promise<void> {
  return wait(() => {
    const { state } = newest(database);
    if (state === "failed") throw new Error("the first cycle failed");
    return state === "done";
  }, "the first cycle did not end");
}

async function wait(isSo: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
  const untilMs = Date.now() + CYCLE_WITHIN_MS;
  while (!(await isSo())) {
    if (Date.now() > untilMs) throw new Error(`${otherwise} within ${CYCLE_WITHIN_MS / 1000} s`);
    await sleep(LOOK_EVERY_MS);
  }
}

function after(seconds: number): () => boolean {
  const untilMs = performance.now() + 1000 * seconds;
  return () => performance.now() > untilMs;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
