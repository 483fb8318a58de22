/**
 * Counts what this isolate serves, in bounded memory, and sends it in numbered reports behind its responses.
 */
import type { ServingRecord, ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import type { RequestContext } from "../request/request-context.ts";

/** One response. Users are hashed, and agents classified, later: behind the response. */
export type ServedCall = Pick<ServingRecord, "context" | "as" | "reason" | "cluster" | "country"> & {
  /** The user's id: hashed before it goes anywhere. */
  readonly user: string;
  /** The client's address; empty where the platform does not give one. */
  readonly address: string;
  readonly userAgent: string;
};

export type ServingLog = {
  /** Fast, and never throws. */
  readonly add: (call: ServedCall, requestContext: RequestContext) => void;
  /** The counts that /health shows. */
  readonly totals: () => ServingReport["totals"];
};

export type CountedCall = ServedCall & { readonly minute: number; calls: number };

export type UnsentReport = {
  readonly head: Pick<ServingReport, "isolate" | "sequence" | "totals">;
  readonly calls: readonly CountedCall[];
};

export type ServingLogDeps = {
  readonly isolate: string;
  /** Resolves true once the report is stored durably; must not reject. The same report may come twice. */
  readonly send: (report: UnsentReport) => Promise<boolean>;
  readonly sleep: (ms: number) => Promise<void>;
  /** An isolate that is evicted loses what it has served for this long, and what it could not send yet. */
  readonly flushAfterMs: number;
};

/**
 * In one report: some 1.5 MB of memory (4.5 MB with the longest ids and agents, not in Latin letters), four
 * queue messages.
 */
export const MAX_ENTRIES = 2000;
/** How many reports wait to be sent. Calls beyond them are counted as lost. */
export const MAX_UNSENT = 4;

const MINUTE_MS = 60_000;
/**
 * The platform may drop work behind a response, whose promise then never resolves. After this time it counts
 * as dropped.
 */
const GONE_AFTER_MS = 30_000;

export function createServingLog({ isolate, send, sleep, flushAfterMs }: ServingLogDeps): ServingLog {
  let entries = new Map<string, CountedCall>();
  /** Oldest first. Numbers let the origin count each report once, however often it arrives. */
  const unsent: UnsentReport[] = [];
  let sequence = 0;
  let calls = 0;
  let lost = 0;
  let timedUntilMs = 0;
  let sendingUntilMs = 0;

  const close = (): void => {
    if (entries.size === 0) return;
    unsent.push({ head: { isolate, sequence, totals: { calls, lost } }, calls: [...entries.values()] });
    entries = new Map();
    sequence += 1;
  };

  const flush = async (nowMs: number): Promise<void> => {
    if (nowMs < sendingUntilMs) return;
    sendingUntilMs = nowMs + GONE_AFTER_MS;
    try {
      if (unsent.length < MAX_UNSENT) close();
      for (let next = unsent[0]; next !== undefined && (await send(next)); next = unsent[0]) {
        // A sending that counted as dropped may have been slow, and may have sent this report meanwhile.
        if (unsent[0] === next) unsent.shift();
      }
    } finally {
      sendingUntilMs = 0;
    }
  };

  /** One timer for all calls until it fires, since an isolate without requests has no other way to act. */
  const flushLater = async (nowMs: number): Promise<void> => {
    await sleep(flushAfterMs);
    timedUntilMs = 0;
    await flush(nowMs + flushAfterMs);
  };

  return {
    add: (call, { nowMs, waitUntil }) => {
      calls += 1;
      const minute = Math.floor(nowMs / MINUTE_MS);
      const key = `${minute}\n${call.context}\n${call.as}\n${call.reason}\n${call.cluster}\n${call.address}\n${call.user}\n${call.userAgent}`;
      const known = entries.get(key);
      if (known !== undefined) known.calls += 1;
      else if (entries.size < MAX_ENTRIES) entries.set(key, { ...detached(call), minute, calls: 1 });
      else lost += 1;
      if (entries.size === MAX_ENTRIES && nowMs >= sendingUntilMs) waitUntil(flush(nowMs));
      if (nowMs < timedUntilMs) return;
      timedUntilMs = nowMs + flushAfterMs + GONE_AFTER_MS;
      waitUntil(flushLater(nowMs));
    },
    totals: () => ({ calls, lost }),
  };
}

/**
 * Copies the strings: V8 holds the whole header or address in memory, 32 KB or more, for each string cut out
 * of it.
 */
function detached(call: ServedCall): ServedCall {
  const { user, context, country, address, userAgent } = call;
  return {
    ...call,
    user: copyOf(user),
    context: copyOf(context),
    country: copyOf(country),
    address: copyOf(address),
    userAgent: copyOf(userAgent),
  };
}

/**
 * V8 writes the joined string into new memory before it cuts it, so the result no longer refers to `text`.
 */
function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}

export const NO_SERVING_LOG: ServingLog = { add: () => undefined, totals: () => ({ calls: 0, lost: 0 }) };
