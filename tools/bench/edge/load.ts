/** Closed-loop load on one worker: as many responses as it can give, and what they cost it. */
import autocannon from "autocannon";
import type { Visit } from "./site.ts";

export type Load = {
  readonly perSec: number;
  /** Processor time of the server for one response. */
  readonly cpuMicros: number;
  /** The server's share of one core. */
  readonly busy: number;
  /** The share of one core that the generator, this process, takes: near 1 it would measure itself. */
  readonly generatorBusy: number;
};

const CONNECTIONS = 16;

/**
 * Throws where any response is not 200 with the length that `lengths` has for its visit. `cpuMs`: processor
 * time of the server so far.
 */
export async function load(
  url: string,
  visits: readonly Visit[],
  lengths: readonly number[],
  seconds: number,
  cpuMs: () => number,
): Promise<Load> {
  let wrong = 0;
  const beforeMs = cpuMs();
  const ownBefore = process.cpuUsage();
  const startedMs = performance.now();
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: visits.map(({ path, headers }, at) => ({
      method: "GET",
      path,
      headers,
      onResponse: (status, body) => {
        if (status !== 200 || body.length !== lengths[at]) wrong += 1;
      },
    })),
  });
  const elapsedMs = performance.now() - startedMs;
  const spentMs = cpuMs() - beforeMs;
  const own = process.cpuUsage(ownBefore);
  const { total } = result.requests;
  const failed = wrong + result.errors + result.timeouts;
  if (failed > 0 || total === 0) {
    throw new Error(`${url}: of ${total} responses ${failed} failed, or were not 200 with the page's length`);
  }
  return {
    perSec: total / result.duration,
    cpuMicros: (1000 * spentMs) / total,
    busy: spentMs / elapsedMs,
    generatorBusy: (own.user + own.system) / (1000 * elapsedMs),
  };
}
