/** Reads the environment once and checks it as a whole. The error lists every bad variable. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import * as z from "zod/mini";
import type { EdgeTokens } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import { toIssues, type Issue } from "@spillway/shared/protocol/zod-issues.ts";
import {
  parseAllowedHosts,
  parseAllowedOrigins,
  type ParsedList,
} from "@spillway/shared/protocol/cross-site.ts";
import { TRAINERS, type TrainerSetting } from "@spillway/model/trainers/choose-trainer.ts";

/** The folder of the checkout. */
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** The local namespace that `wrangler dev` serves; `wrangler.toml` binds it as PAGES. */
const LOCAL_NAMESPACE_ID = "spillway-pages";

export type Environment = Readonly<Record<string, string | undefined>>;

function wholeNumber(least: number, most: number, otherwise: number, description: string) {
  const reason = `must be a whole number from ${least} to ${most}`;
  return z
    .pipe(
      z._default(z.string().check(z.regex(/^\d{1,9}$/, reason)), String(otherwise)),
      z.pipe(z.transform(Number), z.number().check(z.gte(least, reason), z.lte(most, reason))),
    )
    .check(z.meta({ description, values: `${least} to ${most}` }));
}

/** A list in one text. `read` says what is wrong with its entries. */
function listed(read: (text: string) => ParsedList) {
  return z.pipe(
    z._default(z.string(), ""),
    z.transform((text, context) => {
      const { values, reasons } = read(text);
      for (const message of reasons) context.issues.push({ code: "custom", message, input: text });
      return values;
    }),
  );
}

const token = z
  .string("is missing: a secret of at least 16 characters (`pnpm start` writes one to .dev.vars)")
  .check(z.minLength(16, "must have at least 16 characters"));

const storeFields = {
  SPILLWAY_DATA: z
    ._default(z.string(), ".spillway")
    .check(z.describe("folder of the SQLite files and the local KV; relative to the checkout")),
};

const addressFields = {
  ORIGIN_HOST: z
    ._default(z.string().check(z.regex(/^[\w.:-]+$/, "must be a host name or an address")), "127.0.0.1")
    .check(
      z.describe(
        "where the origin listens; elsewhere than on loopback, every route but `/health` needs a token",
      ),
    ),
  ORIGIN_PORT: wholeNumber(1, 65_535, 8788, "the origin's port"),
  ALLOWED_HOSTS: listed(parseAllowedHosts).check(
    z.meta({
      description:
        "further host names, separated by commas or blanks, that an origin on loopback answers to, as behind a tunnel or proxy that keeps the `Host`. It answers to `localhost`, loopback addresses and `ORIGIN_HOST`, and with a token or the edge's signature under any name",
      otherwise: "",
    }),
  ),
  ALLOWED_ORIGINS: listed(parseAllowedOrigins).check(
    z.meta({
      description:
        "web origins, or `null`, whose pages may post to an origin on loopback; without it none but its own; a gateway that passes on the browser's `Origin` needs it, or a token. `start` hands it to the edge too",
      otherwise: "",
    }),
  ),
  ADMIN_TOKEN: token
    .check(z.regex(/^[\x21-\x7e]*$/, "must be visible ASCII characters, since headers carry it"))
    .check(z.describe("secret for the admin routes; whoever has it makes operators' tokens")),
};

/** Beside the address, what commands need that call an origin. */
const clientFields = {
  OPERATOR_TOKEN: z
    .optional(token)
    .check(
      z.describe(
        "an operator's token, with which commands call the origin; without it they use `ADMIN_TOKEN`",
      ),
    ),
};

const storeSchema = z.object(storeFields);
const adminClientSchema = z.object({ ...addressFields, ...clientFields });
const operatorClientSchema = z.extend(adminClientSchema, {
  OPERATOR_TOKEN: token,
  ADMIN_TOKEN: z.optional(z.string()),
});

/** Every variable, with its description: docs/configuration.md is generated from it. */
export const environmentSchema = z.object({
  ...storeFields,
  ...addressFields,
  ...clientFields,
  EDGE_PORT: wholeNumber(1, 65_535, 8787, "the local edge's port"),
  EDGE_URL: z.optional(z.url({ protocol: /^https?$/, error: "must be an http or https address" })).check(
    z.meta({
      description:
        "the edge's public address: the console asks an isolate there for what it knows while the origin is away; an origin on loopback takes the local edge's",
      otherwise: "",
    }),
  ),
  EDGE_TOKEN: token.check(
    z.describe("secret shared with the edge; signs requests and replies, which do not carry it"),
  ),
  EDGE_TOKEN_PREVIOUS: z
    .optional(token)
    .check(
      z.describe(
        "the token before, accepted while edge and origin change theirs; without it `EDGE_TOKEN` alone counts",
      ),
    ),
  USER_HASH_KEY: z.optional(token).check(
    z.meta({
      description:
        "secret shared with the edge, for the hashes that stand for users; a new `EDGE_TOKEN` leaves them as they are",
      otherwise: "`EDGE_TOKEN`",
    }),
  ),
  INSTANCE_NAME: z
    .optional(z.string().check(z.regex(/^[a-z0-9-]{1,32}$/, "must be 1–32 lower-case letters, digits or -")))
    .check(
      z.meta({
        description:
          "begins `Spillway-Instance`, so that a load balancer can send a request to the origin that its signature is for; without it the header is random alone, which is right for a single origin",
        values: "1–32 of `a-z`, `0-9`, `-`",
      }),
    ),
  KV_API_BASE: z.optional(z.url({ protocol: /^https?$/, error: "must be an http or https address" })).check(
    z.meta({
      description: "in production `https://api.cloudflare.com/client/v4/accounts/<account>`",
      otherwise: "the local edge's",
    }),
  ),
  KV_NAMESPACE_ID: z
    ._default(z.string(), LOCAL_NAMESPACE_ID)
    .check(z.describe("id of the namespace that `wrangler.toml` binds as `PAGES`")),
  KV_API_TOKEN: z
    .optional(z.string())
    .check(z.describe("API token with Workers KV Storage: Edit; the local KV asks for none")),
  REFRESH_CADENCE_S: wholeNumber(1, 86_400, 60, "seconds from one refresh cycle to the next"),
  TRAIN_CADENCE_S: wholeNumber(
    0,
    86_400,
    900,
    "a model and its taste segments younger than this are used again; 0: every cycle trains",
  ),
  TRAINER: z
    ._default(z.enum(TRAINERS, `must be one of ${TRAINERS.join(", ")}`), "auto")
    .check(z.describe("what makes the model; `auto` goes by the size of the catalogue")),
  MAX_CLUSTERS: wholeNumber(
    1,
    1000,
    1000,
    "page budget: the most clusters (leaves of the tree) that pages are built and published for",
  ),
  MAX_IN_FLIGHT: wholeNumber(1, 100_000, 64, "individual answers that are made at once"),
  INSTANCES: wholeNumber(1, 10_000, 1, "origins that share the threshold T; each has T/m"),
  ROLLOUT_LEAD_S: wholeNumber(
    1,
    3600,
    90,
    "how many seconds ahead a rollout's stage is announced at least: as long as KV may lag. With less, isolates may disagree for as long as KV does",
  ),
  SERVING_LOG_DAYS: wholeNumber(1, 3650, 35, "how long it is known who was served what"),
  SAMPLE_DAYS: wholeNumber(
    1,
    3650,
    14,
    "how long the sample of decisions is kept, from which nobody can be recognised; that of another origin as long from its import",
  ),
  EVENTS_DAYS: wholeNumber(
    0,
    3650,
    90,
    "how long events are kept as they came; profiles keep what was folded from them, and reports their sums; 0: for ever",
  ),
  VIEWER_MAP_CADENCE_S: wholeNumber(
    60,
    604_800,
    3600,
    "seconds from one writing of the viewer map to the next; longer where more than 8 million keys a month would change",
  ),
  VIEWER_MAP_USERS: wholeNumber(
    0,
    20_000_000,
    4_000_000,
    "the most users in the viewer map; who was active last comes first",
  ),
  LOG_LEVEL: z
    ._default(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`), "info")
    .check(z.describe("the least important lines that are logged")),
});

const deploymentSchema = z.extend(
  z.pick(environmentSchema, {
    SPILLWAY_DATA: true,
    EDGE_TOKEN: true,
    EDGE_TOKEN_PREVIOUS: true,
    USER_HASH_KEY: true,
    KV_API_BASE: true,
    KV_API_TOKEN: true,
  }),
  { CLOUDFLARE_ACCOUNT_ID: z.optional(z.string()) },
);

export type Config = {
  readonly host: string;
  readonly port: number;
  /** Host names, in lower case, that an origin on loopback answers to beside its own. */
  readonly allowedHosts: readonly string[];
  /** Web origins whose pages may post to an origin on loopback. */
  readonly allowedOrigins: readonly string[];
  /** The edge's public address; undefined where it is not known. */
  readonly edgeUrl: string | undefined;
  /** The port of the local edge, which also serves the local KV. */
  readonly edgePort: number;
  /** An absolute path. */
  readonly dataDirectory: string;
  readonly databasePath: string;
  readonly edgeTokens: EdgeTokens;
  /** What users' hashes are keyed with: the edge token where there is no key for it alone. */
  readonly userHashKey: string;
  readonly hasUserHashKey: boolean;
  readonly instanceName: string | undefined;
  readonly adminToken: string;
  readonly kv: {
    readonly apiBase: string;
    readonly namespaceId: string;
    /** It is undefined for the local KV, which needs none. */
    readonly apiToken: string | undefined;
  };
  readonly refreshCadenceS: number;
  readonly viewerMapCadenceS: number;
  readonly viewerMapUsers: number;
  /** A model that is younger than this is not trained again. With 0, every full cycle trains. */
  readonly trainCadenceS: number;
  /** With `auto`, the size of the catalogue decides. */
  readonly trainer: TrainerSetting;
  /** The most leaves of the cluster tree. Each of them has pages. */
  readonly maxClusters: number;
  readonly maxInFlight: number;
  /** How many origins share the threshold. */
  readonly instances: number;
  /** How many days the serving log keeps. */
  readonly servingLogDays: number;
  /** How many days the sample is kept. */
  readonly sampleDays: number;
  /** How far ahead a rollout's stage is announced at least. */
  readonly rolloutLeadS: number;
  /** How many days events are kept after they were folded. With 0, none is deleted. */
  readonly eventsDays: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
};

/** Its message lists every variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    const lines = issues.map(({ key, reason }) => `${key}: ${reason}`);
    super(`The configuration is not valid:${lines.length === 1 ? " " : "\n  "}${lines.join("\n  ")}`);
    this.issues = issues;
  }
}

/** Throws {@link ConfigError}. */
export function loadConfig(environment: Environment): Config {
  const fields = parse(environmentSchema, environment);
  if (fields.EDGE_PORT === fields.ORIGIN_PORT) {
    throw new ConfigError([{ key: "EDGE_PORT", reason: "must be another port than ORIGIN_PORT" }]);
  }
  return {
    host: fields.ORIGIN_HOST,
    port: fields.ORIGIN_PORT,
    allowedHosts: fields.ALLOWED_HOSTS,
    allowedOrigins: fields.ALLOWED_ORIGINS,
    edgeUrl: edgeUrlOf(fields),
    edgePort: fields.EDGE_PORT,
    ...storePaths(fields.SPILLWAY_DATA),
    edgeTokens: edgeTokensOf(fields),
    userHashKey: fields.USER_HASH_KEY ?? fields.EDGE_TOKEN,
    hasUserHashKey: fields.USER_HASH_KEY !== undefined,
    instanceName: fields.INSTANCE_NAME,
    adminToken: fields.ADMIN_TOKEN,
    kv: {
      apiBase: (
        fields.KV_API_BASE ?? `http://127.0.0.1:${fields.EDGE_PORT}/cdn-cgi/local/explorer/api`
      ).replace(/\/+$/, ""),
      namespaceId: fields.KV_NAMESPACE_ID,
      apiToken: fields.KV_API_TOKEN,
    },
    refreshCadenceS: fields.REFRESH_CADENCE_S,
    trainCadenceS: fields.TRAIN_CADENCE_S,
    trainer: fields.TRAINER,
    maxClusters: fields.MAX_CLUSTERS,
    maxInFlight: fields.MAX_IN_FLIGHT,
    instances: fields.INSTANCES,
    servingLogDays: fields.SERVING_LOG_DAYS,
    sampleDays: fields.SAMPLE_DAYS,
    rolloutLeadS: fields.ROLLOUT_LEAD_S,
    eventsDays: fields.EVENTS_DAYS,
    viewerMapCadenceS: fields.VIEWER_MAP_CADENCE_S,
    viewerMapUsers: fields.VIEWER_MAP_USERS,
    logLevel: fields.LOG_LEVEL,
  };
}

/** Reads what commands need that use the data and no secrets. Throws {@link ConfigError}. */
export function loadStorePaths(environment: Environment): Pick<Config, "dataDirectory" | "databasePath"> {
  return storePaths(parse(storeSchema, environment).SPILLWAY_DATA);
}

/**
 * Reads what commands need that call an origin's admin routes. Whoever has a token of their own needs no
 * ADMIN_TOKEN. Throws {@link ConfigError}.
 */
export function loadAdminClient(environment: Environment): { origin: string; adminToken: string } {
  const isOperator = (environment["OPERATOR_TOKEN"] ?? "") !== "";
  const fields = parse(isOperator ? operatorClientSchema : adminClientSchema, environment);
  const { ORIGIN_HOST, ORIGIN_PORT } = fields;
  const host = ["0.0.0.0", "::"].includes(ORIGIN_HOST) ? "127.0.0.1" : ORIGIN_HOST;
  return {
    origin: `http://${host.includes(":") ? `[${host}]` : host}:${ORIGIN_PORT}`,
    adminToken: fields.OPERATOR_TOKEN ?? fields.ADMIN_TOKEN ?? "",
  };
}

export type Deployment = Pick<Config, "databasePath" | "edgeTokens"> & {
  readonly userHashKey: string | undefined;
  /** It is undefined for Cloudflare's own API. */
  readonly kvApiBase: string | undefined;
  readonly kvApiToken: string | undefined;
  /** It is undefined when the login may use only one account. */
  readonly accountId: string | undefined;
};

/** Reads what `spillway deploy` needs. Throws {@link ConfigError}. */
export function loadDeployment(environment: Environment): Deployment {
  const fields = parse(deploymentSchema, environment);
  return {
    databasePath: storePaths(fields.SPILLWAY_DATA).databasePath,
    edgeTokens: edgeTokensOf(fields),
    userHashKey: fields.USER_HASH_KEY,
    kvApiBase: fields.KV_API_BASE,
    kvApiToken: fields.KV_API_TOKEN,
    accountId: fields.CLOUDFLARE_ACCOUNT_ID,
  };
}

/**
 * Returns the environment of the process. Secrets that are missing there are read from `.dev.vars` in the
 * checkout.
 */
export function readEnvironment(devVarsPath: string = join(REPOSITORY, ".dev.vars")): Environment {
  const [local, given] = [readDevVars(devVarsPath), withoutEmpty(process.env)];
  // The file's key for hashes and its previous token belong to the file's own token, and go with no other.
  const isOther = given["EDGE_TOKEN"] !== undefined && given["EDGE_TOKEN"] !== local["EDGE_TOKEN"];
  const secrets = Object.entries(local).filter(
    ([name]) =>
      (name.includes("TOKEN") || name === "USER_HASH_KEY") &&
      !(isOther && ["EDGE_TOKEN_PREVIOUS", "USER_HASH_KEY"].includes(name)),
  );
  return { ...Object.fromEntries(secrets), ...given };
}

function readDevVars(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    // Without the file, the environment must have the tokens; a missing one is reported later.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    const reason = `cannot be read: ${reasonOf(error)}`;
    throw new ConfigError([{ key: path, reason }]);
  }
}

function parse<Schema extends z.ZodMiniType>(fields: Schema, environment: Environment): z.output<Schema> {
  const parsed = fields.safeParse(withoutEmpty(environment));
  if (!parsed.success) throw new ConfigError(toIssues(parsed.error));
  return parsed.data;
}

/** `NAME=` in a shell or a compose file means that NAME is not set. */
function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
}

/** The page of an origin on loopback is at `localhost`, and so is the edge that it asks. */
function edgeUrlOf({
  EDGE_URL,
  EDGE_PORT,
  ORIGIN_HOST,
}: {
  readonly EDGE_URL?: string | undefined;
  readonly EDGE_PORT: number;
  readonly ORIGIN_HOST: string;
}): string | undefined {
  const isLocal = ["localhost", "127.0.0.1", "::1"].includes(ORIGIN_HOST);
  return EDGE_URL?.replace(/\/+$/, "") ?? (isLocal ? `http://localhost:${EDGE_PORT}` : undefined);
}

function edgeTokensOf({
  EDGE_TOKEN,
  EDGE_TOKEN_PREVIOUS,
}: {
  readonly EDGE_TOKEN: string;
  readonly EDGE_TOKEN_PREVIOUS?: string | undefined;
}): EdgeTokens {
  return EDGE_TOKEN_PREVIOUS === undefined ? [EDGE_TOKEN] : [EDGE_TOKEN, EDGE_TOKEN_PREVIOUS];
}

function storePaths(data: string): Pick<Config, "dataDirectory" | "databasePath"> {
  const dataDirectory = resolve(REPOSITORY, data);
  return { dataDirectory, databasePath: join(dataDirectory, "spillway.db") };
}
