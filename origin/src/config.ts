/** What the origin and the commands that use its data or call it are told by the environment. */
import { join, resolve } from "node:path";
import type { EdgeTokens } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import type { TrainerSetting } from "@spillway/model/trainers/choose-trainer.ts";
import type { TrainingLimits } from "@spillway/model/trainers/plan-training.ts";
import { ConfigError, parse, REPOSITORY, type Environment } from "./config/environment.ts";
import {
  adminClientSchema,
  deploymentSchema,
  environmentSchema,
  operatorClientSchema,
  storeSchema,
  type LOG_LEVELS,
} from "./config/variables.ts";

export { ConfigError, readEnvironment, REPOSITORY, type Environment } from "./config/environment.ts";

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
  readonly learnCadenceS: number;
  readonly proofCadenceS: number;
  readonly trainLimits: TrainingLimits;
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
  /** How many days the history of *Now* is kept. */
  readonly nowDays: number;
  /** 0: for ever. */
  readonly auditDays: number;
  /** How far ahead a rollout's stage is announced at least. */
  readonly rolloutLeadS: number;
  /** A stage holds from a multiple of it. */
  readonly rolloutStepS: number;
  /** How many days events are kept after they were folded. With 0, none is deleted. */
  readonly eventsDays: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
};

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
    learnCadenceS: fields.LEARN_CADENCE_S,
    proofCadenceS: fields.PROOF_CADENCE_S,
    trainLimits: { seconds: fields.TRAIN_LIMIT_S, bytes: fields.TRAIN_LIMIT_MIB * 2 ** 20 },
    trainer: fields.TRAINER,
    maxClusters: fields.MAX_CLUSTERS,
    maxInFlight: fields.MAX_IN_FLIGHT,
    instances: fields.INSTANCES,
    servingLogDays: fields.SERVING_LOG_DAYS,
    sampleDays: fields.SAMPLE_DAYS,
    nowDays: fields.NOW_DAYS,
    auditDays: fields.AUDIT_DAYS,
    rolloutLeadS: fields.ROLLOUT_LEAD_S,
    rolloutStepS: fields.ROLLOUT_STEP_S,
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
