/** Adds up what this isolate serves, in bounded memory, and hands it over in numbered reports behind its responses. */
import type { ServingRecord, ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import type { RequestContext } from "../request/request-context.ts";

/** One response. Kept as it comes: hashing, and telling agents apart, happens behind the response. */
export type ServedCall = Pick<ServingRecord, "context" | "as" | "reason" | "cluster" | "country"> & {
  /** The user's id: hashed before it goes anywhere. */
  readonly user: string;
  /** The client's, as the platform tells it; empty where it does not. */
  readonly address: string;
  readonly userAgent: string;
};

export type ServingLog = {
  /** Takes no time worth speaking of, and never throws. */
  readonly add: (call: ServedCall, requestContext: RequestContext) => void;
  /** For /health. */
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
  /** An isolate that is evicted loses at most what it has served for this long, and what it could not hand over. */
  readonly flushAfterMs: number;
};

/** In one report: some 1.5 MB in memory, 4.5 MB where all agents and ids are of the longest and not Latin, and four queue messages. */
export const MAX_ENTRIES = 2000;
/** That could not be handed over yet. What comes beyond is counted as lost. */
export const MAX_UNSENT = 4;

const MINUTE_MS = 60_000;
/** A platform may drop what runs behind a response, and its promises never resolve: after this they are taken for gone. */
const GONE_AFTER_MS = 30_000;

export function createServingLog({ isolate, send, sleep, flushAfterMs }: ServingLogDeps): ServingLog {
  let entries = new Map<string, CountedCall>();
  /** Oldest first; numbered, so that the origin counts each once however often it comes. */
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
        // One that was taken for gone may have been slow only, and have sent it too.
        if (unsent[0] === next) unsent.shift();
      }
    } finally {
      sendingUntilMs = 0;
    }
  };

  /** Once for all that comes in the meantime: an isolate without requests has no other way to act. */
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

/** With strings of its own: one cut out of a header or an address would keep all of that in memory (V8), 32 KB and more. */
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

/** To be cut, what was put together is written out: the copy is cut out of that, and not out of where `text` came from. */
function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}

export const NO_SERVING_LOG: ServingLog = { add: () => undefined, totals: () => ({ calls: 0, lost: 0 }) };
