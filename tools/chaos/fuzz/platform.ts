/**
 * The worker's platform in Node: KV, queues, limits and a clock that the test sets. The worker is the one
 * that ships, put together by its own composition root.
 */
import type { Random } from "@spillway/demo/random.ts";
import type { Bindings } from "@spillway/edge/env.ts";
import { answerAlways, createEdge } from "@spillway/edge/index.ts";
import type { OriginCall } from "@spillway/edge/origin/origin-call.ts";
import type { KvContent } from "./site.ts";

export const EDGE_TOKEN = "a-token-for-the-fuzz-test";
export const USER_SECRET = "a-secret-of-thirty-two-characters";
export const READ_CYCLE_MS = 30_000;

/** An isolate of the worker, as a location would start it. */
export type Isolate = {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Until what a response has left behind it is done. */
  readonly settled: () => Promise<void>;
  /** The operator's view. */
  readonly health: () => Promise<Health>;
};

export type Health = {
  readonly problems: readonly { readonly key: string; readonly reason: string }[];
  readonly failures: Readonly<Record<string, number>>;
};

export type Platform = {
  readonly nowMs: () => number;
  readonly advance: (ms: number) => void;
  readonly draw: (random: Random) => void;
  /** Lines of the worker's log that tell of something nobody has thought of, since the last call. */
  readonly unexpected: () => readonly string[];
  readonly isolate: (settings: IsolateSettings) => Isolate;
  readonly restore: () => void;
};

export type IsolateSettings = {
  readonly kv: KvContent;
  readonly callOrigin: OriginCall;
  readonly areQueuesAway?: boolean;
  readonly hasUserTokens?: boolean;
};

/** Takes over the clock, the draws and the log of this process; `restore` gives them back. */
export function createPlatform(startMs: number): Platform {
  const real = { now: Date.now, random: Math.random, error: console.error };
  let nowMs = startMs;
  let lines: string[] = [];
  Date.now = () => nowMs;
  console.error = (line: unknown) => {
    if (String(line).includes('"failure":"unexpected"')) lines.push(String(line));
  };
  // Node computes a digest in another thread, and a page's ETag needs no secure one.
  Object.defineProperty(crypto.subtle, "digest", { value: quickDigest, configurable: true });
  // Only workerd has it.
  Object.defineProperty(crypto.subtle, "timingSafeEqual", { value: equalBytes, configurable: true });
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    draw: (random) => {
      Math.random = random.next;
    },
    unexpected: () => {
      const seen = lines;
      lines = [];
      return seen;
    },
    isolate: (settings) => createIsolate(settings),
    restore: () => {
      Date.now = real.now;
      Math.random = real.random;
      console.error = real.error;
    },
  };
}

function createIsolate(settings: IsolateSettings): Isolate {
  const env = bindingsOf(settings);
  const edge = createEdge(env, () => settings.callOrigin);
  const behind: Promise<unknown>[] = [];
  const context = {
    // The serving log's timer runs for seconds; nothing depends on it here.
    waitUntil: (work: Promise<unknown>) => void behind.push(work),
    passThroughOnException: () => undefined,
  } as unknown as ExecutionContext;
  const isolate: Isolate = {
    fetch: async (request) => answerAlways(() => edge, request, env, context),
    settled: async () => {
      await Promise.all(behind.splice(0));
    },
    health: async () => {
      const headers = { authorization: `Bearer ${EDGE_TOKEN}` };
      const response = await isolate.fetch(new Request("http://edge.example/health", { headers }));
      return response.json();
    },
  };
  return isolate;
}

function bindingsOf({ kv, areQueuesAway = false, hasUserTokens = false }: IsolateSettings): Bindings {
  const queue = {
    sendBatch: () => (areQueuesAway ? Promise.reject(new Error("the queue is away")) : Promise.resolve()),
    send: () => (areQueuesAway ? Promise.reject(new Error("the queue is away")) : Promise.resolve()),
  } as unknown as Queue;
  const within = { limit: () => Promise.resolve({ success: true }) };
  return {
    PAGES: kvOf(kv),
    EVENTS: queue,
    DEAD_LETTERS: queue,
    COLD_LIMIT: within,
    ORIGIN_URL: "https://origin.example",
    EDGE_TOKEN,
    READ_CYCLE_MS: String(READ_CYCLE_MS),
    ...(hasUserTokens && { USER_TOKEN_KEYS: USER_SECRET }),
  };
}

function kvOf(content: KvContent): KVNamespace {
  return {
    get: (key: string) => {
      const value = content.get(key)?.value;
      return Promise.resolve(
        value === undefined ? null : typeof value === "string" ? value : new TextDecoder().decode(value),
      );
    },
    getWithMetadata: (key: string) => {
      const pair = content.get(key);
      const value =
        pair === undefined ? null : typeof pair.value === "string" ? encoder.encode(pair.value) : pair.value;
      // KV gives each reader a copy.
      return Promise.resolve({ value: value && value.slice().buffer, metadata: pair?.metadata ?? null });
    },
  } as unknown as KVNamespace;
}

const encoder = new TextEncoder();

function equalBytes(one: ArrayBuffer, other: ArrayBuffer): boolean {
  const [a, b] = [new Uint8Array(one), new Uint8Array(other)];
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** FNV-1a of every eighth byte, repeated to the length of SHA-256. */
function quickDigest(_: unknown, data: Uint8Array): Promise<ArrayBuffer> {
  let hash = 0x811c9dc5;
  for (let at = 0; at < data.length; at += 8) hash = Math.imul(hash ^ (data[at] ?? 0), 0x01000193);
  return Promise.resolve(new Int32Array(8).fill(hash).buffer);
}
