/** Closed-loop load on one worker: as many responses as it can give, and what they cost it. */
import autocannon from "autocannon";
import type { Visit } from "./site.ts";

export type Load = {
  readonly perSec: number;
  /** Processor time of the server for one response. */
  readonly cpuMicros: number;
  /** Of one core, of the server. */
  readonly busy: number;
};

const CONNECTIONS = 16;

/** Throws where any response is not 200. `cpuMs`: processor time of the server so far. */
export async function load(
  url: string,
  visits: readonly Visit[],
  seconds: number,
  cpuMs: () => number,
): Promise<Load> {
  const beforeMs = cpuMs();
  const startedMs = performance.now();
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: visits.map(({ path, headers }) => ({ method: "GET", path, headers })),
  });
  const elapsedMs = performance.now() - startedMs;
  const spentMs = cpuMs() - beforeMs;
  const wrong = result.non2xx + result.errors + result.timeouts;
  if (wrong > 0) throw new Error(`${url}: ${wrong} of ${result.requests.total} responses were not 200`);
  return {
    perSec: (1000 * result.requests.total) / (result.duration * 1000),
    cpuMicros: (1000 * spentMs) / result.requests.total,
    busy: spentMs / elapsedMs,
  };
}
