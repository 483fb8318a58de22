/**
 * Open-loop load: each request is sent at the time that was fixed for it, whatever has become of those
 * before, and latency counts from that time. A generator that waits for answers would leave out just the
 * requests that a slow system delays ("coordinated omission", G. Tene).
 */
import { Agent, get, type IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../reason-of.ts";

export type PlannedRequest = {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds from the run's start. */
  readonly atMs: number;
};

export type Response = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bodyBytes: number;
};

export type Outcome<Answer> = {
  /** When it was to be sent, from the run's start. */
  readonly atMs: number;
  /** How much later it was sent. */
  readonly lagMs: number;
  /** The time from `atMs` to the last byte, or to the error. */
  readonly latencyMs: number;
  readonly result:
    | { readonly ok: true; readonly answer: Answer }
    /** No response, or none that was whole. */
    | { readonly ok: false; readonly reason: string };
};

export type OpenLoop<Answer, Planned extends PlannedRequest = PlannedRequest> = {
  /** Takes each request from `requests` when the one before has been sent. Rejects only when aborted. */
  readonly sendAll: (requests: Iterable<Planned>, run: Run<Answer>) => Promise<Outcome<Answer>[]>;
  readonly close: () => void;
};

export type Run<Answer> = {
  /** A time of `performance.now()`. */
  readonly startMs: number;
  readonly onSent?: (sent: number) => void;
  readonly onOutcome?: (outcome: Outcome<Answer>) => void;
  /** While so many are unanswered, what is due is not sent, and its outcome is {@link NOT_SENT}. */
  readonly maxInFlight?: number;
};

export const NOT_SENT = "not sent, since too many requests were unanswered";

/** A response that takes longer counts as none. */
const RESPONSE_WITHIN_MS = 10_000;

/** `read` takes from each response what is wanted of it, so that nothing else is kept. */
export function openLoop<Answer, Planned extends PlannedRequest = PlannedRequest>(
  read: (response: Response, planned: Planned) => Answer,
  signal?: AbortSignal,
): OpenLoop<Answer, Planned> {
  // The number of sockets is not limited: a pool with a limit would hold requests back.
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity });
  // Ends what is in flight.
  signal?.addEventListener("abort", () => agent.destroy());
  return {
    sendAll: async (requests, run) => {
      const { startMs, onSent = () => undefined, onOutcome, maxInFlight = Infinity } = run;
      const outcomes: Promise<Outcome<Answer>>[] = [];
      let inFlight = 0;
      const sendOne = async (planned: Planned): Promise<Outcome<Answer>> => {
        if (inFlight >= maxInFlight) return notSent(planned, startMs);
        inFlight += 1;
        const outcome = await send(agent, planned, startMs, read);
        inFlight -= 1;
        return outcome;
      };
      for (const planned of requests) {
        const waitMs = startMs + planned.atMs - performance.now();
        // Timers have no finer grain than a millisecond: what is due within it goes now.
        if (waitMs >= 1) {
          onSent(outcomes.length);
          await sleep(Math.floor(waitMs), undefined, { signal });
        }
        const outcome = sendOne(planned);
        outcomes.push(outcome);
        if (onOutcome !== undefined) void outcome.then(onOutcome);
      }
      onSent(outcomes.length);
      const all = await Promise.all(outcomes);
      signal?.throwIfAborted();
      return all;
    },
    close: () => agent.destroy(),
  };
}

function notSent({ atMs }: PlannedRequest, startMs: number): Outcome<never> {
  const lateMs = Math.max(0, performance.now() - startMs - atMs);
  return { atMs, lagMs: lateMs, latencyMs: lateMs, result: { ok: false, reason: NOT_SENT } };
}

async function send<Answer, Planned extends PlannedRequest>(
  agent: Agent,
  planned: Planned,
  startMs: number,
  read: (response: Response, planned: Planned) => Answer,
): Promise<Outcome<Answer>> {
  const { atMs } = planned;
  const lagMs = Math.max(0, performance.now() - startMs - atMs);
  const result = await requestOnceMore(agent, planned).then(
    (response) => ({ ok: true as const, answer: read(response, planned) }),
    (error: unknown) => ({
      ok: false as const,
      reason: reasonOf(error),
    }),
  );
  return { atMs, lagMs, latencyMs: performance.now() - startMs - atMs, result };
}

/**
 * The server may close an idle connection at the very moment it is used again; a client then repeats the
 * request (RFC 9112 §9.3.1), here on a new connection: another idle one may have been closed as well.
 */
async function requestOnceMore(agent: Agent, planned: PlannedRequest): Promise<Response> {
  try {
    return await request(agent, planned);
  } catch (error) {
    if (error instanceof LostIdleConnection) return request(NEW_CONNECTION, planned);
    throw error;
  }
}

/** What Node takes for an agent of which nothing is kept. */
const NEW_CONNECTION = false;

class LostIdleConnection extends Error {}

function request(
  agent: Agent | typeof NEW_CONNECTION,
  { url, headers = {} }: PlannedRequest,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent, headers, timeout: RESPONSE_WITHIN_MS }, (response) => {
      let bodyBytes = 0;
      response.on("data", (chunk: Buffer) => (bodyBytes += chunk.length));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bodyBytes }),
      );
      response.on("error", reject);
    });
    sent.on("timeout", () => sent.destroy(new Error(`no response within ${RESPONSE_WITHIN_MS} ms`)));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const wasIdle = sent.reusedSocket && ["ECONNRESET", "EPIPE"].includes(error.code ?? "");
      reject(wasIdle ? new LostIdleConnection(error.message, { cause: error }) : error);
    });
  });
}
