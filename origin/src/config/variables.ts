/** The variables of the origin's environment, each with its check and its description. */
import * as z from "zod/mini";
import { DEFAULT_MAX_IN_FLIGHT } from "@spillway/shared/admission/capacity.ts";
import {
  parseAllowedHosts,
  parseAllowedOrigins,
  type ParsedList,
} from "@spillway/shared/protocol/cross-site.ts";
import { TRAINERS } from "@spillway/model/trainers/choose-trainer.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** The local namespace that `wrangler dev` serves; `wrangler.toml` binds it as PAGES. */
const LOCAL_NAMESPACE_ID = "spillway-pages";

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

export const storeSchema = z.object(storeFields);
export const adminClientSchema = z.object({ ...addressFields, ...clientFields });
export const operatorClientSchema = z.extend(adminClientSchema, {
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
  LEARN_CADENCE_S: wholeNumber(
    0,
    604_800,
    900,
    "a cluster tree younger than this stays, and its means follow who has moved; 0: every cycle reads everybody",
  ),
  PROOF_CADENCE_S: wholeNumber(
    0,
    31_536_000,
    86_400,
    "how often a pass over everybody is compared with what has followed them, when clusters are learned anew",
  ),
  TRAIN_LIMIT_S: wholeNumber(
    1,
    86_400,
    300,
    "seconds that a training may take by its estimate; `auto` trains something cheaper than what would take longer",
  ),
  TRAIN_LIMIT_MIB: wholeNumber(
    64,
    65_536,
    3800,
    "MiB of memory that a training may take by its estimate, beside the audience",
  ),
  TRAINER: z
    ._default(z.enum(TRAINERS, `must be one of ${TRAINERS.join(", ")}`), "auto")
    .check(z.describe("what makes the model; `auto` goes by what each would cost")),
  MAX_CLUSTERS: wholeNumber(
    1,
    1000,
    1000,
    "page budget: the most clusters (leaves of the tree) that pages are built and published for",
  ),
  MAX_IN_FLIGHT: wholeNumber(1, 100_000, DEFAULT_MAX_IN_FLIGHT, "individual answers that are made at once"),
  INSTANCES: wholeNumber(1, 10_000, 1, "origins that share the threshold T; each has T/m"),
  ROLLOUT_LEAD_S: wholeNumber(
    1,
    3600,
    90,
    "how many seconds ahead a rollout's stage is announced at least: as long as KV may lag. With less, isolates may disagree for as long as KV does",
  ),
  ROLLOUT_STEP_S: wholeNumber(
    1,
    60,
    60,
    "a rollout's stages hold from multiples of so many seconds. What was served is counted by minutes, so that less is for tests: a stage is judged from its first full minute on",
  ),
  SERVING_LOG_DAYS: wholeNumber(1, 3650, 35, "how long it is known who was served what"),
  SAMPLE_DAYS: wholeNumber(
    1,
    3650,
    14,
    "how long the sample of decisions is kept, from which nobody can be recognised; that of another origin as long from its import",
  ),
  NOW_DAYS: wholeNumber(
    1,
    3650,
    30,
    "how long the console can be asked what happened at a time: about 1 MB a day of one origin's figures, and nothing of its visitors",
  ),
  AUDIT_DAYS: wholeNumber(
    0,
    3650,
    400,
    "how long the audit log is kept: who changed what, when and why; 0: for ever",
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

export const deploymentSchema = z.extend(
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
