/** As many answers as a server gives when it is always asked: the origin and bare Hono, by turns. */
import { readFileSync } from "node:fs";
import autocannon from "autocannon";
import { median } from "@spillway/kit/statistics.ts";
import type { Server } from "./server.ts";

const CONNECTIONS = 10;
const LOOP_S = 2;
const TURNS = 5;
/** Code that has just begun to be asked so often is still being compiled. */
const WARM_UP_S = 2;

export type ClosedLoops = {
  readonly perSec: number;
  readonly barePerSec: number;
  readonly ratio: number;
  readonly processorRatio: number;
  readonly processorMs: number;
};

type Loop = { readonly perSec: number; readonly processorMs: number };

export async function closedLoops(
  origin: Server,
  bare: Server,
  paths: readonly string[],
): Promise<ClosedLoops> {
  for (const server of [origin, bare]) await closedLoop(server, paths, WARM_UP_S);
  const turns: { readonly own: Loop; readonly bare: Loop }[] = [];
  while (turns.length < TURNS) {
    turns.push({ own: await closedLoop(origin, paths, LOOP_S), bare: await closedLoop(bare, paths, LOOP_S) });
  }
  return {
    perSec: median(turns.map(({ own }) => own.perSec)),
    barePerSec: median(turns.map((turn) => turn.bare.perSec)),
    ratio: median(turns.map((turn) => turn.own.perSec / turn.bare.perSec)),
    processorRatio: median(turns.map((turn) => turn.bare.processorMs / turn.own.processorMs)),
    processorMs: median(turns.map(({ own }) => own.processorMs)),
  };
}

async function closedLoop({ url, pid }: Server, paths: readonly string[], seconds: number): Promise<Loop> {
  const beforeMs = processorMsOf(pid);
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: paths.map((path) => ({ method: "GET", path })),
  });
  if (result.errors + result.timeouts + result.non2xx > 0)
    throw new Error(`${url}: not all answers were 200`);
  const { total } = result.requests;
  return { perSec: total / result.duration, processorMs: (processorMsOf(pid) - beforeMs) / total };
}

/** A tick of /proc/<pid>/stat: USER_HZ is 100 on every Linux that matters. */
const TICK_MS = 10;

/** User and system time of a process and its threads; NaN where there is no /proc. */
function processorMsOf(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return Number.NaN;
  }
  const fields = stat.split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
