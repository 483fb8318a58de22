/**
 * The worker's bindings, typed and documented in one place, and what they amount to. A broken configuration must not
 * cost a viewer the page: every field has a working fallback, and `/health` names what is wrong.
 */
import { createEdgeAuth, type EdgeAuth } from "@spillway/shared/protocol/edge-auth.ts";
import type { EventBatch } from "@spillway/shared/protocol/events.ts";
import type { PackedServingReport } from "@spillway/shared/protocol/serving-log.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import {
  readUserTokenConfig,
  type UserTokenBindings,
  type UserTokenConfig,
} from "./identity/user-token-config.ts";

export type Bindings = UserTokenBindings & {
  /** Pages, cluster index, routing and editorial pins; written by the origin alone. */
  readonly PAGES: KVNamespace;
  /** Interaction events on their way to the origin. */
  readonly EVENTS: Queue<EventBatch>;
  /** `EVENTS_2`, `EVENTS_3` …: more such queues, where the 5,000 messages a second that one takes are too few. */
  readonly [more: `EVENTS_${number}`]: Queue<EventBatch>;
  /** Event messages that the origin refuses as such; a queue with `dead-letters` in its name. */
  readonly DEAD_LETTERS: Queue;
  /** What isolates have served, on its way to the origin. Without it, nothing is logged of it. */
  readonly SERVING_LOG?: Queue<PackedServingReport> | undefined;
  /** Forwards of isolates that have heard nothing from the origin yet, counted per location. */
  readonly COLD_LIMIT?: RateLimit;
  /** Tells every isolate when an origin that was gone is back. */
  readonly ORIGIN_WATCH?: OriginWatchBinding | undefined;
  /** `https://origin.example.com`, or with a path in front of the routes. */
  readonly ORIGIN_URL?: string;
  /** Secret, shared with the origin; at least 16 characters. */
  readonly EDGE_TOKEN?: string;
  /** What stands in memory follows KV within this time. Default 30,000; KV itself takes up to a minute. */
  readonly READ_CYCLE_MS?: string;
  /** How often an isolate hands over what it has served: what an evicted one loses. Default 10,000. */
  readonly SERVING_LOG_FLUSH_MS?: string;
  /** How long a request waits for KV when the origin has used up its own deadline. Default 40. */
  readonly KV_DEADLINE_MS?: string;
  /** First delay before events are sent to the origin again; a tenth longer with each attempt. Default 5. */
  readonly RETRY_BASE_S?: string;
  /** Longest such delay. Default 14,400; wrangler.toml says what follows from it. */
  readonly RETRY_CAP_S?: string;
  /** Web origins, separated by commas or blanks, whose pages may call this edge: `https://app.example.com`. */
  readonly ALLOWED_ORIGINS?: string;
};

/** As much of the Durable Object's binding as isolates use; see origin/origin-watch.ts. */
type OriginWatchBinding = {
  readonly getByName: (name: string) => { readonly untilBack: () => Promise<"back" | "away"> };
};

export type OriginConfig = {
  readonly url: string;
  readonly auth: EdgeAuth;
  /** What `auth` signs with; operators show it to read all of `/health`. */
  readonly token: string;
};

export type EdgeConfig = {
  /** Undefined where it is not, or wrongly, configured: pages are served all the same. */
  readonly origin: OriginConfig | undefined;
  readonly readCycleMs: number;
  readonly kvDeadlineMs: number;
  readonly servingLogFlushMs: number;
  readonly retryBaseS: number;
  readonly retryCapS: number;
  readonly allowedOrigins: readonly string[];
  /** Undefined: `user=` is believed. */
  readonly userTokens: UserTokenConfig | undefined;
  readonly problems: readonly Issue[];
};

/** Queues delay a message by at most 12 hours. */
const MAX_DELAY_S = 43_200;

export function readConfig(env: Bindings): EdgeConfig {
  const problems: Issue[] = [];
  const whole = (
    key: "READ_CYCLE_MS" | "KV_DEADLINE_MS" | "SERVING_LOG_FLUSH_MS" | "RETRY_BASE_S" | "RETRY_CAP_S",
    least: number,
    most: number,
    otherwise: number,
  ): number => {
    const text = env[key] ?? "";
    if (text === "") return otherwise;
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    problems.push({ key, reason: `must be a whole number from ${least} to ${most}; ${otherwise} is used` });
    return otherwise;
  };
  return {
    origin: readOrigin(env, problems),
    readCycleMs: whole("READ_CYCLE_MS", 10, 3_600_000, 30_000),
    kvDeadlineMs: whole("KV_DEADLINE_MS", 1, 10_000, 40),
    // What waits behind a response may do so for 30 s.
    servingLogFlushMs: whole("SERVING_LOG_FLUSH_MS", 1, 25_000, 10_000),
    retryBaseS: whole("RETRY_BASE_S", 1, MAX_DELAY_S, 5),
    retryCapS: whole("RETRY_CAP_S", 1, MAX_DELAY_S, 14_400),
    allowedOrigins: readAllowedOrigins(env.ALLOWED_ORIGINS ?? "", problems),
    userTokens: readUserTokenConfig(env, problems),
    problems,
  };
}

/** Every queue that events may go into: EVENTS first, the others by their numbers. */
export function eventQueues(env: Bindings): Queue<EventBatch>[] {
  const more = Object.keys(env)
    .flatMap((key) => /^EVENTS_(\d+)$/.exec(key)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
  return [env.EVENTS, ...more.flatMap((number) => env[`EVENTS_${number}`] ?? [])];
}

function readOrigin(
  { ORIGIN_URL = "", EDGE_TOKEN = "" }: Bindings,
  problems: Issue[],
): OriginConfig | undefined {
  const url = URL.parse(ORIGIN_URL);
  const urlSound = url !== null && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  if (!urlSound) problems.push({ key: "ORIGIN_URL", reason: "must be the origin's http or https address" });
  const tokenSound = EDGE_TOKEN.length >= 16;
  if (!tokenSound) problems.push({ key: "EDGE_TOKEN", reason: "must be a secret of at least 16 characters" });
  if (!urlSound || !tokenSound) return undefined;
  return { url: url.href.replace(/\/+$/, ""), auth: createEdgeAuth(EDGE_TOKEN), token: EDGE_TOKEN };
}

function readAllowedOrigins(text: string, problems: Issue[]): string[] {
  return text.split(/[\s,]+/).flatMap((entry) => {
    if (entry === "") return [];
    const url = URL.parse(entry);
    if (url !== null && url.origin === entry.toLowerCase()) return [url.origin];
    problems.push({
      key: "ALLOWED_ORIGINS",
      reason: `${entry} is not a web origin such as https://app.example.com`,
    });
    return [];
  });
}
