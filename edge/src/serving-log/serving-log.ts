/**
 * Counts what this isolate serves, in bounded memory, and sends it in numbered reports behind its responses.
 */
import type { SampledTuple, ServingRecord, ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { remembered } from "@spillway/shared/signals/remembered.ts";
import type { RequestContext } from "../request/request-context.ts";

/** One response. */
export type ServedCall = Omit<ServingRecord, "minute" | "network" | "calls" | "slow"> & {
  /**
   * The client's address; empty where the platform does not give one. It is cut later, behind the response.
   */
  readonly address: string;
  readonly slow: boolean;
};

export type ServingLog = {
  /** Fast, and never throws. */
  readonly add: (call: ServedCall, requestContext: RequestContext) => void;
  /** The counts that /health shows. */
  readonly totals: () => ServingReport["totals"];
};

export type CountedCall = Omit<ServedCall, "slow"> & {
  readonly minute: number;
  calls: number;
  slow: number;
};

export type UnsentReport = {
  readonly head: Pick<ServingReport, "isolate" | "sequence" | "totals" | "spanMs" | "kvReads">;
  readonly calls: readonly CountedCall[];
  readonly tuples: readonly SampledTuple[];
};

export type ServingLogDeps = {
  readonly isolate: string;
  /** Resolves true once the report is stored durably; must not reject. The same report may come twice. */
  readonly send: (report: UnsentReport) => Promise<boolean>;
  /** What the isolate's sample holds since it was taken last. */
  readonly takeSample: (nowMs: number) => readonly SampledTuple[];
  /** Reads of KV since the isolate began. */
  readonly kvReads: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** An isolate that is evicted loses what it has served for this long, and what it could not send yet. */
  readonly flushAfterMs: number;
};

/**
 * In one report: some 700 KB of memory, four
 * queue messages.
 */
export const MAX_ENTRIES = 2000;
/** So many new entries are looked through for equal ones at a time. */
const WORTH_ADDING_UP = MAX_ENTRIES / 16;
/** How many reports wait to be sent. Calls beyond them are counted as lost. */
export const MAX_UNSENT = 4;

const MINUTE_MS = 60_000;
/**
 * The platform may drop work behind a response, whose promise then never resolves. After this time it counts
 * as dropped.
 */
const GONE_AFTER_MS = 30_000;

export function createServingLog({
  isolate,
  send,
  takeSample,
  kvReads,
  sleep,
  flushAfterMs,
}: ServingLogDeps): ServingLog {
  /** In the order of their arrival. Equal ones are added up where room is short, and before they are sent. */
  let counted: CountedCall[] = [];
  /** Of which so many are known to differ from each other. */
  let different = 0;
  /** Oldest first. Numbers let the origin count each report once, however often it arrives. */
  const unsent: UnsentReport[] = [];
  let sequence = 0;
  let toldReads = 0;
  let calls = 0;
  let lost = 0;
  let firstMs = 0;
  let timedUntilMs = 0;
  let sendingUntilMs = 0;

  const close = (nowMs: number): void => {
    // One report at a time holds a sample, so that the memory for it is bounded; it only grows older
    // meanwhile.
    const tuples = unsent.some((report) => report.tuples.length > 0) ? [] : takeSample(nowMs);
    if (counted.length === 0 && tuples.length === 0) return;
    const spanMs = [counted.length === 0 ? nowMs : firstMs, Math.max(firstMs, nowMs)] as const;
    const reads = kvReads();
    const head = { isolate, sequence, totals: { calls, lost }, spanMs, kvReads: reads - toldReads };
    toldReads = reads;
    unsent.push({ head, calls: addedUp(counted), tuples });
    counted = [];
    different = 0;
    sequence += 1;
  };

  const flush = async (nowMs: number): Promise<void> => {
    if (nowMs < sendingUntilMs) return;
    sendingUntilMs = nowMs + GONE_AFTER_MS;
    try {
      if (unsent.length < MAX_UNSENT) close(nowMs);
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
      if (counted.length === 0) firstMs = nowMs;
      if (counted.length === MAX_ENTRIES) lost += 1;
      else counted.push(counting(call, Math.floor(nowMs / MINUTE_MS)));
      if (counted.length === MAX_ENTRIES && MAX_ENTRIES - different >= WORTH_ADDING_UP) {
        counted = addedUp(counted);
        different = counted.length;
      }
      if (different > MAX_ENTRIES / 2 && nowMs >= sendingUntilMs) waitUntil(flush(nowMs));
      if (nowMs < timedUntilMs) return;
      timedUntilMs = nowMs + flushAfterMs + GONE_AFTER_MS;
      waitUntil(flushLater(nowMs));
    },
    totals: () => ({ calls, lost }),
  };
}

/** The same calls, in which no two entries are equal. */
function addedUp(entries: readonly CountedCall[]): CountedCall[] {
  // By user, since a hash is found faster than a key that would have to be put together of nine parts.
  const byUser = new Map<string, CountedCall[]>();
  for (const entry of entries) {
    const ofUser = byUser.get(entry.user);
    const equal = ofUser?.find((other) => areEqual(other, entry));
    if (ofUser === undefined) byUser.set(entry.user, [entry]);
    else if (equal === undefined) ofUser.push(entry);
    else {
      equal.calls += entry.calls;
      equal.slow += entry.slow;
    }
  }
  return [...byUser.values()].flat();
}

/** Of one user. The country follows from the address. */
function areEqual(one: CountedCall, other: CountedCall): boolean {
  return (
    one.minute === other.minute &&
    one.context === other.context &&
    one.as === other.as &&
    one.reason === other.reason &&
    one.cluster === other.cluster &&
    one.version === other.version &&
    one.address === other.address &&
    one.agent === other.agent
  );
}

/**
 * Copies what was cut out of a header or an address: V8 holds all of it in memory, 32 KB or more, for each
 * string cut out of it.
 */
function counting(call: ServedCall, minute: number): CountedCall {
  const { user, as, reason, cluster, agent, version, slow } = call;
  return {
    user,
    context: shared(call.context),
    as,
    reason,
    cluster,
    country: shared(call.country),
    address: copyOf(call.address),
    agent,
    minute,
    calls: 1,
    version,
    slow: slow ? 1 : 0,
  };
}

/** Contexts and countries are few, and one copy does for all calls. */
const shared = remembered(copyOf, 300);

/**
 * V8 writes the joined string into new memory before it cuts it, so the result no longer refers to `text`.
 */
function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}

export const NO_SERVING_LOG: ServingLog = {
  add: () => undefined,
  totals: () => ({ calls: 0, lost: 0 }),
};
