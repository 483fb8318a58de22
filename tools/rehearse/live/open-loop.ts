/**
 * The load generator: sends each request at the time that was fixed for it, whatever has become of those before, and
 * measures from that time. A generator that waits for answers would leave out just the requests that a slow system
 * delays ("coordinated omission", G. Tene).
 */
import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { Visit } from "./visits.ts";

export type PlannedVisit = Visit & {
  /** From the run's start. */
  readonly atMs: number;
  /** `http://127.0.0.1:…` of the isolate that it reaches. */
  readonly edge: string;
};

export type Outcome = {
  /** When it was to be sent, from the run's start. */
  readonly atMs: number;
  /** How much later it was sent. */
  readonly lagMs: number;
  /** From `atMs` to the last byte, or to the error. */
  readonly latencyMs: number;
  /** 0: no response. */
  readonly status: number;
  /** `Spillway-Served` up to the first semicolon, and its `reason`; or the transport's error. */
  readonly servedAs: string;
  readonly reason: string;
};

/** Longer than anything that counts as an answer; the edge's own deadlines are far below. */
const RESPONSE_WITHIN_MS = 10_000;

export type Connections = {
  /** Rejects only when aborted. */
  readonly sendAll: (visits: readonly PlannedVisit[], run: Run) => Promise<Outcome[]>;
  readonly close: () => void;
};

export type Run = {
  /** By `performance.now()`. */
  readonly startMs: number;
  readonly onSent: (sent: number) => void;
};

/** As many sockets as it takes: a pool with a limit would hold requests back. */
export function openConnections(signal: AbortSignal): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity });
  // Ends what is in flight.
  signal.addEventListener("abort", () => agent.destroy());
  return {
    sendAll: async (visits, { startMs, onSent }) => {
      const outcomes: Promise<Outcome>[] = [];
      for (const visit of visits) {
        const waitMs = startMs + visit.atMs - performance.now();
        // Timers have no finer grain than a millisecond: what is due within it goes now.
        if (waitMs >= 1) {
          onSent(outcomes.length);
          await sleep(Math.floor(waitMs), undefined, { signal });
        }
        outcomes.push(send(agent, visit, startMs));
      }
      onSent(outcomes.length);
      const all = await Promise.all(outcomes);
      signal.throwIfAborted();
      return all;
    },
    close: () => agent.destroy(),
  };
}

async function send(agent: Agent, visit: PlannedVisit, startMs: number): Promise<Outcome> {
  const { atMs } = visit;
  const lagMs = Math.max(0, performance.now() - startMs - atMs);
  const answer = await requestOnceMore(agent, visit).catch((error: unknown) => ({
    status: 0,
    served: error instanceof Error ? error.message : String(error),
  }));
  const [servedAs = "", reason = ""] = answer.served.split(";");
  return {
    atMs,
    lagMs,
    latencyMs: performance.now() - startMs - atMs,
    status: answer.status,
    servedAs,
    reason: reason.replace("reason=", ""),
  };
}

type Answer = { readonly status: number; readonly served: string };

/**
 * The server may close an idle connection at the very moment it is used again; a client then repeats the request on
 * another one (RFC 9112 §9.3.1).
 */
async function requestOnceMore(agent: Agent, visit: PlannedVisit): Promise<Answer> {
  try {
    return await request(agent, visit);
  } catch (error) {
    if (error instanceof LostIdleConnection) return request(agent, visit);
    throw error;
  }
}

class LostIdleConnection extends Error {}

function request(agent: Agent, { path, headers, edge }: PlannedVisit): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = get(`${edge}${path}`, { agent, headers, timeout: RESPONSE_WITHIN_MS }, (response) => {
      response.on("end", () => resolve(answerOf(response)));
      response.on("error", reject);
      response.resume();
    });
    sent.on("timeout", () => sent.destroy(new Error(`no response within ${RESPONSE_WITHIN_MS} ms`)));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const wasIdle = sent.reusedSocket && ["ECONNRESET", "EPIPE"].includes(error.code ?? "");
      reject(wasIdle ? new LostIdleConnection(error.message, { cause: error }) : error);
    });
  });
}

function answerOf({ statusCode = 0, headers }: IncomingMessage): Answer {
  return { status: statusCode, served: String(headers[HEADER.served.toLowerCase()] ?? "") };
}
