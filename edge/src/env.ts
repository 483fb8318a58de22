/**
 * The worker's bindings, typed and documented in one place, and the configuration that is read from them. A
 * broken configuration must not cost a viewer the page, so every field has a working fallback, and `/health`
 * names what is wrong.
 */
import {
  parseAllowedHosts,
  parseAllowedOrigins,
  type ParsedList,
} from "@spillway/shared/protocol/cross-site.ts";
import { createEdgeAuth, type EdgeTokens } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import { MIN_SECRET_CHARACTERS } from "@spillway/shared/protocol/signatures/mac-key.ts";
import type { EventBatch } from "@spillway/shared/protocol/events.ts";
import type { PackedServingReport } from "@spillway/shared/protocol/serving-log.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { hostsOfOrigins, readHosts, type SiteHosts } from "@spillway/shared/signals/site-hosts.ts";
import { readUserTokenConfig, type UserTokenConfig } from "./identity/user-token-config.ts";
import type { OriginConfig } from "./origin/origin-config.ts";
import { WHOLE_NUMBERS, type Variables } from "./variables.ts";

export type Bindings = Variables & {
  /** Pages, cluster index, routing and editorial pins; written by the origin alone. */
  readonly PAGES: KVNamespace;
  /** Interaction events on their way to the origin. */
  readonly EVENTS: Queue<EventBatch>;
  /** `EVENTS_2`, `EVENTS_3` …: more such queues. One takes 5,000 messages a second. */
  readonly [more: `EVENTS_${number}`]: Queue<EventBatch>;
  /** Event messages that the origin refuses as such; a queue with `dead-letters` in its name. */
  readonly DEAD_LETTERS: Queue;
  /**
   * Reports of what isolates have served, on their way to the origin. Without this queue there is no serving
   * log.
   */
  readonly SERVING_LOG?: Queue<PackedServingReport> | undefined;
  /** Forwards of isolates that have heard nothing from the origin yet, counted per location. */
  readonly COLD_LIMIT?: RateLimit;
  /** Ids in posted events that nobody has proved or seen, counted per subscriber line and location. */
  readonly NEW_ID_LIMIT?: RateLimit;
  /** Events of one visitor without a token, counted per location. */
  readonly VISITOR_LIMIT?: RateLimit;
  /** Tells every isolate when an origin that was gone is back. */
  readonly ORIGIN_WATCH?: OriginWatchBinding | undefined;
};

/** As much of the Durable Object's binding as isolates use; see origin/origin-watch.ts. */
type OriginWatchBinding = {
  readonly getByName: (name: string) => {
    readonly untilBack: () => Promise<"back" | "away">;
    readonly abortedRollout: () => Promise<string | undefined>;
  };
};

export type EdgeConfig = SiteHosts & {
  /** Undefined where it is missing or wrong. Pages are served all the same. */
  readonly origin: OriginConfig | undefined;
  /** What users' hashes are keyed with; empty where there is no secret at all. */
  readonly userHash: { readonly key: string; readonly from: "USER_HASH_KEY" | "EDGE_TOKEN" };
  readonly readCycleMs: number;
  readonly kvDeadlineMs: number;
  readonly servingLogFlushMs: number;
  readonly retryBaseS: number;
  readonly retryCapS: number;
  /** Web origins, and `null` where it is allowed. */
  readonly allowedOrigins: readonly string[];
  /** True where the edge's cookies are for pages on another site. */
  readonly crossSiteCookies: boolean;
  /** True where a parameter may say which country a viewer is in. */
  readonly trustsCountryParameter: boolean;
  /** False where no decision tuples are recorded. */
  readonly recordsSample: boolean;
  /** True where whoever asks may compare the pages of a viewer. */
  readonly comparePages: boolean;
  /** The only host names under which a page is the edge's own; none where any host is its own. */
  readonly allowedHosts: readonly string[];
  /** Undefined: `user=` is believed. */
  readonly userTokens: UserTokenConfig | undefined;
  readonly problems: readonly Issue[];
};

/** Never throws, whatever the variables hold. */
export function readConfig(bindings: Bindings): EdgeConfig {
  const problems: Issue[] = [];
  const env = textVariables(bindings);
  const whole = (key: keyof typeof WHOLE_NUMBERS): number => {
    const { least, most, otherwise } = WHOLE_NUMBERS[key];
    const text = env[key] ?? "";
    if (text === "") return otherwise;
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    problems.push({ key, reason: `must be a whole number from ${least} to ${most}; ${otherwise} is used` });
    return otherwise;
  };
  const allowedOrigins = readList(env, "ALLOWED_ORIGINS", parseAllowedOrigins, problems);
  return {
    origin: readOrigin(env, problems),
    userHash: readUserHashKey(env, problems),
    readCycleMs: whole("READ_CYCLE_MS"),
    kvDeadlineMs: whole("KV_DEADLINE_MS"),
    servingLogFlushMs: whole("SERVING_LOG_FLUSH_MS"),
    retryBaseS: whole("RETRY_BASE_S"),
    retryCapS: whole("RETRY_CAP_S"),
    allowedOrigins,
    crossSiteCookies: readCrossSite(env, allowedOrigins, problems),
    comparePages: readFlag(env, "COMPARE_PAGES", problems),
    recordsSample: !readFlag(env, "NO_SAMPLE", problems),
    trustsCountryParameter: readFlag(env, "TRUST_COUNTRY_PARAMETER", problems),
    allowedHosts: readList(env, "ALLOWED_HOSTS", parseAllowedHosts, problems),
    ownHosts: [...hostsOfOrigins(allowedOrigins), ...readHostList(env, "OWN_HOSTS", problems)],
    returnHosts: readHostList(env, "RETURN_HOSTS", problems),
    userTokens: readUserTokenConfig(env, problems),
    problems,
  };
}

/**
 * The variables as texts. A `[vars]` of wrangler.toml may hold numbers, lists and tables, which the platform
 * hands over as such: they count as the JSON that they are. Bindings are left out.
 */
function textVariables(bindings: Bindings): Variables {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(bindings as Readonly<Record<string, unknown>>)) {
    const text = typeof value === "string" ? value : jsonOf(value);
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}

function jsonOf(value: unknown): string | undefined {
  const isObject = typeof value === "object" && value !== null;
  if (isObject && !Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
    return undefined;
  try {
    return value === undefined || value === null ? undefined : JSON.stringify(value);
  } catch {
    // It is no JSON, and so a binding.
    return undefined;
  }
}

/** Every queue that events may go into: EVENTS first, the others by their numbers. */
export function eventQueues(env: Bindings): Queue<EventBatch>[] {
  const more = Object.keys(env)
    .flatMap((key) => /^EVENTS_(\d+)$/.exec(key)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
  // A variable may have such a name too.
  return [env.EVENTS, ...more.map((number) => env[`EVENTS_${number}`])].filter(isQueue);
}

function isQueue(value: Queue<EventBatch> | undefined): value is Queue<EventBatch> {
  return typeof (value as Partial<Queue> | undefined)?.sendBatch === "function";
}

function readOrigin(
  { ORIGIN_URL = "", EDGE_TOKEN = "", EDGE_TOKEN_PREVIOUS = "" }: Variables,
  problems: Issue[],
): OriginConfig | undefined {
  const url = URL.parse(ORIGIN_URL);
  const urlSound =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    // `fetch` refuses an address with a password.
    `${url.username}${url.password}${url.search}${url.hash}` === "";
  if (!urlSound) problems.push({ key: "ORIGIN_URL", reason: "must be the origin's http or https address" });
  const tokenSound = isSecret("EDGE_TOKEN", EDGE_TOKEN, problems);
  const hasPrevious =
    EDGE_TOKEN_PREVIOUS !== "" && isSecret("EDGE_TOKEN_PREVIOUS", EDGE_TOKEN_PREVIOUS, problems);
  if (!urlSound || !tokenSound) return undefined;
  const tokens: EdgeTokens = hasPrevious ? [EDGE_TOKEN, EDGE_TOKEN_PREVIOUS] : [EDGE_TOKEN];
  return { url: url.href.replace(/\/+$/, ""), auth: createEdgeAuth(...tokens), tokens };
}

function readUserHashKey(
  { EDGE_TOKEN = "", USER_HASH_KEY = "" }: Variables,
  problems: Issue[],
): EdgeConfig["userHash"] {
  const own = USER_HASH_KEY !== "" && isSecret("USER_HASH_KEY", USER_HASH_KEY, problems);
  return own ? { key: USER_HASH_KEY, from: "USER_HASH_KEY" } : { key: EDGE_TOKEN, from: "EDGE_TOKEN" };
}

function isSecret(key: string, text: string, problems: Issue[]): boolean {
  const isLong = text.length >= MIN_SECRET_CHARACTERS;
  if (!isLong)
    problems.push({ key, reason: `must be a secret of at least ${MIN_SECRET_CHARACTERS} characters` });
  return isLong;
}

function readList(
  env: Variables,
  key: "ALLOWED_ORIGINS" | "ALLOWED_HOSTS",
  parse: (text: string) => ParsedList,
  problems: Issue[],
): readonly string[] {
  const { values, reasons } = parse(env[key] ?? "");
  for (const reason of reasons) problems.push({ key, reason });
  return values;
}

function readCrossSite(env: Variables, allowedOrigins: readonly string[], problems: Issue[]): boolean {
  const key = "CROSS_SITE_COOKIES";
  const isSet = readFlag(env, key, problems);
  if (!isSet || allowedOrigins.length > 0) return isSet;
  problems.push({
    key,
    reason: "needs ALLOWED_ORIGINS, which names the pages that it is for; false is used",
  });
  return false;
}

function readFlag(
  env: Variables,
  key: "CROSS_SITE_COOKIES" | "COMPARE_PAGES" | "NO_SAMPLE" | "TRUST_COUNTRY_PARAMETER",
  problems: Issue[],
): boolean {
  const text = env[key] ?? "";
  if (text !== "" && text !== "true" && text !== "false") {
    problems.push({ key, reason: "must be true or false; false is used" });
  }
  return text === "true";
}

function readHostList(env: Variables, key: "OWN_HOSTS" | "RETURN_HOSTS", problems: Issue[]): string[] {
  const { hosts, unread } = readHosts(env[key] ?? "");
  for (const entry of unread) problems.push({ key, reason: `${entry} is not a host such as tv.example.com` });
  return hosts;
}
