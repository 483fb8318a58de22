/**
 * Requests at a fixed rate, whatever the answers take: a server that stalls for 300 ms is then late with all the requests of
 * these 300 ms. (autocannon's rate is a number for each second, sent in a burst at its beginning: it would measure its own
 * queue.)
 */
import { Agent, request } from "node:http";

export type Answered = { readonly status: number; readonly served: string; readonly bytes: number };

export type OpenLoop = {
  /** From sending the request to the last byte, in ms, in the order of sending. */
  readonly latenciesMs: Float64Array;
  /** What the server says in `Server-Timing` that it took; NaN where it says nothing. */
  readonly serverMs: Float64Array;
};

export type OpenLoopOptions = {
  readonly perSec: number;
  /** Wait before the first request. */
  readonly afterMs?: number;
  /** Asked before each request. */
  readonly until: () => boolean;
  readonly urlOf: (number: number) => string;
  /** Throws where an answer is not what is to be measured. */
  readonly check: (answered: Answered) => void;
};

export async function openLoop(options: OpenLoopOptions): Promise<OpenLoop> {
  const { perSec, afterMs = 0, until, urlOf, check } = options;
  const agent = new Agent({ keepAlive: true });
  const pending: Promise<Timed>[] = [];
  const startMs = performance.now() + afterMs;
  try {
    for (let number = 0; !until(); number += 1) {
      const waitMs = startMs + (1000 * number) / perSec - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const answer = timed(urlOf(number), agent, check);
      // Failures are seen below; until then they are nobody's.
      answer.catch(() => undefined);
      pending.push(answer);
    }
    const answers = await Promise.all(pending);
    return {
      latenciesMs: Float64Array.from(answers, ({ tookMs }) => tookMs),
      serverMs: Float64Array.from(answers, ({ serverMs }) => serverMs),
    };
  } finally {
    agent.destroy();
  }
}

type Timed = { readonly tookMs: number; readonly serverMs: number };

function timed(url: string, agent: Agent, check: (answered: Answered) => void): Promise<Timed> {
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    const sent = request(url, { agent }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("error", reject);
      response.on("end", () => {
        const tookMs = performance.now() - startMs;
        try {
          const { "spillway-served": served = "", "server-timing": timing = "" } = response.headers;
          check({ status: response.statusCode ?? 0, served: String(served), bytes });
          resolve({ tookMs, serverMs: Number(/dur=([\d.]+)/.exec(String(timing))?.[1]) });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** The value that this share (0–1) of the values does not exceed; NaN of none. */
export function quantile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
