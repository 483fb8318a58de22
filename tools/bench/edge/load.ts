/** Closed-loop load on one worker: as many responses as it can give, and what they cost it. */
import autocannon from "autocannon";

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

/** What autocannon remembers of one request. */
type Context = { isRight?: Question["isRight"] };

export type Question = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a body of this length, served so (`Spillway-Served`), is the right answer. */
  readonly isRight: (length: number, served: string) => boolean;
};

/**
 * `next` gives the next question of any connection. Throws where any response is not 200 and right.
 * `cpuMs`: processor time of the server so far.
 */
export async function load(
  url: string,
  next: () => Question,
  /** How long, or how many requests. */
  extent: { readonly duration: number } | { readonly amount: number },
  cpuMs: () => number,
): Promise<Load> {
  let wrong = 0;
  const beforeMs = cpuMs();
  const ownBefore = process.cpuUsage();
  const startedMs = performance.now();
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    ...extent,
    requests: [
      {
        method: "GET",
        setupRequest: (request, context: Context) => {
          const { path, headers, isRight } = next();
          context.isRight = isRight;
          return { ...request, path, headers };
        },
        onResponse: (status, body, context: Context, headers) => {
          const served = (headers as Readonly<Record<string, string>>)["Spillway-Served"] ?? "";
          if (status !== 200 || context.isRight?.(body.length, served) !== true) wrong += 1;
        },
      },
    ],
  });
  const elapsedMs = performance.now() - startedMs;
  const spentMs = cpuMs() - beforeMs;
  const own = process.cpuUsage(ownBefore);
  const { total } = result.requests;
  const failed = wrong + result.errors + result.timeouts;
  if (failed > 0 || total === 0) {
    throw new Error(`${url}: of ${total} responses ${failed} failed, or were not what they should be`);
  }
  return {
    perSec: total / result.duration,
    cpuMicros: (1000 * spentMs) / total,
    busy: spentMs / elapsedMs,
    generatorBusy: (own.user + own.system) / (1000 * elapsedMs),
  };
}
