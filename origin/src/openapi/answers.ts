/** The schemas of answers that only the origin gives, for the OpenAPI document and its tests. */
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { pageAnswerSchema, refusedEventSchema } from "@spillway/shared/openapi/answers.ts";
import { MODES } from "@spillway/shared/routing/mode-override.ts";
import { routingSchema } from "@spillway/shared/routing/routing.ts";
import { ROLES, TOKEN_ROLES } from "@spillway/shared/operators/role.ts";
import { AUDIT_VIAS } from "@spillway/store/operators/audit-log.ts";
import { signalsSchema } from "@spillway/shared/signals/signals.ts";
import { PIN_CONFLICTS } from "../editorial/pin-conflicts.ts";
import * as z from "zod/mini";

const count = z.int().check(z.gte(0));
const instant = z.iso.datetime();

export const healthSchema = z.object({
  ok: z.literal(true),
  pid: count,
  generation: z.optional(count),
  generationAgeS: z.optional(count),
  routingVersion: count,
  /** The rules whose cluster is not in the index. */
  rulesNotInForce: z.optional(z.array(z.object({ key: z.string(), reason: z.string() }))),
  items: count,
  users: count,
  events: count,
  /** The refresh cycle that is running. */
  cycle: z.optional(z.object({ stage: z.string(), done: count, total: count })),
  lastCycle: z.optional(z.object({ state: z.string(), reason: z.string(), error: z.optional(z.string()) })),
  now: instant,
});

export const eventReceiptSchema = z.object({
  accepted: count,
  duplicates: count,
  refused: z.array(refusedEventSchema),
});

export const lettersTakenSchema = z.object({ inserted: count, duplicates: count, kept: count });

export const reportsTakenSchema = z.object({ stored: count, duplicate: count, invalid: count });

export const catalogueChangeSchema = z.object({ created: count, changed: count, unchanged: count });

const pinSchema = z.extend(pinsSchema.shape.pins.def.element, {
  state: z.enum(["active", "waiting", "over"]),
  hiddenItems: z.optional(z.array(z.string())),
});

const conflictSchema = z.object({
  kind: z.enum(PIN_CONFLICTS),
  pins: z.array(z.string()),
  reason: z.string(),
});

const reachSchema = z.record(
  z.string(),
  z.union([
    z.object({ kind: z.literal("estimate"), share: z.number(), untold: z.number(), requests: z.number() }),
    z.object({ kind: z.literal("unknown"), reason: z.string() }),
  ]),
);

export const pinReportSchema = z.object({
  version: count,
  now: instant,
  pins: z.array(pinSchema),
  /** What is wrong with them, together and with their items. */
  conflicts: z.array(conflictSchema),
  /** With the parameter `reach`: for each pin, of which share of requests it is. */
  reach: z.optional(reachSchema),
});

const { element: barePinSchema } = pinsSchema.shape.pins.def;

export const checkedPinsSchema = z.extend(pinReportSchema, {
  reach: reachSchema,
  difference: z.object({
    added: z.array(barePinSchema),
    removed: z.array(barePinSchema),
    changed: z.array(z.object({ before: barePinSchema, after: barePinSchema })),
    isReordered: z.boolean(),
  }),
});

export const previewAnswerSchema = z.object({
  context: z.string(),
  at: instant,
  signals: signalsSchema,
  audience: z.object({ country: z.optional(z.string()), ageLimit: z.optional(count) }),
  cluster: z.string(),
  /** Whose stored page it is; absent where there is none yet. */
  pageOf: z.optional(z.string()),
  pins: z.array(z.object({ id: z.string(), isShown: z.boolean(), reason: z.string() })),
  carousels: z.array(pageAnswerSchema.shape.carousels.def.element),
});

export const draftSchema = z.object({
  id: count,
  state: z.enum(["waiting", "published", "cancelled", "refused"]),
  start: instant,
  baseVersion: count,
  by: z.string(),
  createdAt: instant,
  note: z.optional(z.string()),
  /** Why it was refused; the version that it became. */
  outcome: z.optional(z.string()),
  pins: z.array(barePinSchema),
});

export const addedDraftSchema = z.extend(draftSchema, { conflicts: z.array(conflictSchema) });

export const draftsSchema = z.object({ now: instant, drafts: z.array(draftSchema) });

const routingVersionSchema = z.object({
  version: count,
  pushedAt: instant,
  note: z.optional(z.string()),
  /** Whose token pushed it. */
  by: z.optional(z.string()),
  mode: z.enum(MODES),
  band: z.string(),
  thresholdPerSec: z.number(),
  /** What may carry a viewer's history, in words. */
  tailoring: z.string(),
});

export const currentRoutingSchema = z.extend(routingVersionSchema, {
  source: z.string(),
  routing: routingSchema,
  warnings: z.array(z.string()),
});

const listedVersionSchema = z.object({
  version: count,
  pushedAt: instant,
  note: z.optional(z.string()),
  /** Whose token pushed it. */
  by: z.optional(z.string()),
});

export const routingVersionsSchema = z.object({ versions: z.array(listedVersionSchema) });

/** With the text of the file as it was pushed. */
export const pushedFileSchema = z.extend(listedVersionSchema, { source: z.string() });

const hitsSchema = z.object({ hour: z.number(), day: z.number() });

export const routingHitsSchema = z.object({
  version: count,
  /** That isolates have reported, whoever decided about them. */
  pages: hitsSchema,
  rules: z.array(z.extend(hitsSchema, { name: z.string() })),
});

/** The index is as KV holds it: the origin has checked it. */
export const dryRunBasisSchema = z.object({
  version: z.optional(count),
  routing: z.optional(routingSchema),
  index: z.optional(
    z.object({
      generation: count,
      builtAt: instant,
      contexts: z.optional(z.array(z.string())),
      nodes: z.array(z.unknown()),
    }),
  ),
});

/** A share of requests, 0–1, and the ends of its 95 % interval. */
const share = z.object({ share: z.number(), low: z.number(), high: z.number() });
const rate = z.number().check(z.gte(0));

const triedRuleSchema = z.extend(share, {
  name: z.string(),
  then: z.string(),
  tuples: rate,
  matches: z.number(),
  status: z.enum(["hit", "shadowed", "never-hit", "not-in-force", "not-sampled"]),
  takenBy: z.array(z.object({ name: z.string(), share: z.number() })),
});

const worstMinuteSchema = z.object({
  at: z.string(),
  askedPerSec: rate,
  errorPerSec: rate,
  admittedPerSec: rate,
  thresholdPerSec: z.optional(rate),
  tuples: rate,
});

/** docs/operate/routing.md says what each key holds. */
export const dryRunSchema = z.object({
  sentence: z.string(),
  sample: z.object({
    tuples: count,
    requests: rate,
    effectiveTuples: rate,
    from: z.optional(z.string()),
    until: z.optional(z.string()),
    days: z.array(z.string()),
    versions: z.array(count),
  }),
  fidelity: z.optional(
    z.object({
      share: z.number(),
      tuples: count,
      isEnough: z.boolean(),
      deviations: z.array(z.object({ went: z.string(), replayed: z.string(), tuples: count })),
    }),
  ),
  changed: share,
  flows: z.array(z.extend(share, { from: z.string(), to: z.string(), tuples: rate, requests: rate })),
  outcomes: z.array(z.object({ as: z.string(), before: share, after: share })),
  rules: z.object({ before: z.array(triedRuleSchema), after: z.array(triedRuleSchema) }),
  origin: z.object({
    worstBefore: z.optional(worstMinuteSchema),
    worstAfter: z.optional(worstMinuteSchema),
    minutes: z.array(
      z.object({
        at: z.string(),
        askedBefore: rate,
        askedAfter: rate,
        admittedBefore: rate,
        admittedAfter: rate,
        thresholdAfter: z.optional(rate),
      }),
    ),
  }),
  cannotTell: z.array(z.object({ about: z.string(), text: z.string() })),
});

export const checkedRoutingSchema = z.object({
  valid: z.literal(true),
  warnings: z.array(z.string()),
  bands: z.array(z.object({ name: z.string(), from: z.string(), threshold_per_s: z.number() })),
  deadlineMs: z.number(),
});

export const pushedRoutingSchema = z.extend(routingVersionSchema, {
  published: z.boolean(),
  reason: z.optional(z.string()),
  warnings: z.array(z.string()),
});

export const signedInSchema = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  via: z.enum(["admin-token", "token", "session"]),
  expiresAt: z.optional(instant),
  /** For an edge of another host: what it takes as a bearer for what an isolate knows. */
  edgePass: z.string(),
});

export const tokenSchema = z.object({
  name: z.string(),
  role: z.enum(TOKEN_ROLES),
  state: z.enum(["valid", "expired", "revoked"]),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: z.optional(instant),
  revokedAt: z.optional(instant),
  /** To the minute. */
  lastUsedAt: z.optional(instant),
});

/** `token` is the token itself, which nobody is told again. */
export const createdTokenSchema = z.extend(tokenSchema, { token: z.string() });

export const tokensSchema = z.object({ tokens: z.array(tokenSchema) });

export const auditSchema = z.object({
  entries: z.array(
    z.object({
      seq: count,
      at: instant,
      /** Whose token; `admin` for ADMIN_TOKEN; the account for a command beside the data. */
      by: z.string(),
      role: z.enum(ROLES),
      via: z.enum(AUDIT_VIAS),
      /** The caller's address; absent for a command. */
      address: z.optional(z.string()),
      /** Kind and act, such as `routing.push`. */
      action: z.string(),
      subject: z.string(),
      note: z.optional(z.string()),
      before: z.optional(z.unknown()),
      after: z.optional(z.unknown()),
    }),
  ),
});
