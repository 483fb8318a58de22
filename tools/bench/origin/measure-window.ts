/**
 * One window of the origin benchmark: the origin and its baseline, asked in the same moments at a fixed rate.
 */
import { openLoop, type PlannedRequest, type Response } from "@spillway/kit/processes/open-loop.ts";
import { quantile } from "@spillway/kit/statistics.ts";
import { userId } from "./seed-origin.ts";

/** A stride that meets every user before it comes back to the first. */
const STRIDE = 7919;

export type Window = {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly serverP50Ms: number;
  readonly serverP99Ms: number;
  readonly maxMs: number;
  readonly bareP50Ms: number;
  readonly bareP99Ms: number;
  readonly answers: number;
};

/**
 * Origin and baseline in the same moments, each at the rate. Throws where an answer is not an individual one.
 */
export async function measureBoth(options: {
  readonly origin: string;
  readonly bare: string;
  readonly users: number;
  readonly rate: number;
  readonly isOver: () => boolean;
}): Promise<Window> {
  const { origin, bare, users, rate, isOver } = options;
  const atRate = (urlOf: (number: number) => string, afterMs: number) =>
    requestsAtRate(rate, urlOf, afterMs, isOver);
  const [own, others] = await Promise.all([
    answersTo(
      atRate((number) => origin + pathOf(number, users), 0),
      checkIndividual,
    ),
    // These requests go between the origin's, so that the two do not wait for each other.
    answersTo(
      atRate(() => bare, 500 / rate),
      checkOk,
    ),
  ]);
  const latenciesMs = own.map(({ tookMs }) => tookMs);
  const serverMs = own.map((answer) => answer.serverMs);
  const bareMs = others.map(({ tookMs }) => tookMs);
  return {
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    serverP50Ms: quantile(serverMs, 0.5),
    serverP99Ms: quantile(serverMs, 0.99),
    maxMs: quantile(latenciesMs, 1),
    bareP50Ms: quantile(bareMs, 0.5),
    bareP99Ms: quantile(bareMs, 0.99),
    answers: own.length,
  };
}

function* requestsAtRate(
  perSec: number,
  urlOf: (number: number) => string,
  afterMs: number,
  isOver: () => boolean,
): Generator<PlannedRequest> {
  for (let number = 0; !isOver(); number += 1) {
    yield { url: urlOf(number), atMs: afterMs + (1000 * number) / perSec };
  }
}

type Answer = { readonly tookMs: number; readonly serverMs: number };
type Received = { readonly status: number; readonly served: string; readonly serverMs: number };

/** Throws what `check` throws. */
async function answersTo(
  requests: Iterable<PlannedRequest>,
  check: (received: Received) => void,
): Promise<Answer[]> {
  const load = openLoop(readAnswer);
  try {
    const outcomes = await load.sendAll(requests, { startMs: performance.now() });
    return outcomes.map(({ latencyMs, lagMs, result }) => {
      if (!result.ok) throw new Error(`an answer did not come: ${result.reason}`);
      check(result.answer);
      return { tookMs: latencyMs - lagMs, serverMs: result.answer.serverMs };
    });
  } finally {
    load.close();
  }
}

function readAnswer({ status, headers }: Response): Received {
  const { "spillway-served": served = "", "server-timing": timing = "" } = headers;
  return { status, served: String(served), serverMs: Number(/dur=([\d.]+)/.exec(String(timing))?.[1]) };
}

function checkOk({ status }: Received): void {
  if (status !== 200) throw new Error(`an answer was ${status}, not 200`);
}

function checkIndividual(received: Received): void {
  checkOk(received);
  if (!isIndividual(received.served))
    throw new Error(`an answer was served ${received.served}, not as an individual one`);
}

export function isIndividual(served: string | null): boolean {
  return served?.startsWith("individual;") === true;
}

export function pathOf(number: number, users: number): string {
  return `/recommendations?user=${userId((number * STRIDE) % users)}&context=homepage`;
}
