/** The schemas of answers that only the origin gives, for the OpenAPI document and its tests. */
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { refusedEventSchema } from "@spillway/shared/openapi/answers.ts";
import { MODES } from "@spillway/shared/routing/mode-override.ts";
import { routingSchema } from "@spillway/shared/routing/routing.ts";
import { ROLES, TOKEN_ROLES } from "@spillway/shared/operators/role.ts";
import { AUDIT_VIAS } from "@spillway/store/operators/operator-store.ts";
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

export const pinReportSchema = z.object({ version: count, now: instant, pins: z.array(pinSchema) });

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

export const checkedRoutingSchema = z.object({ valid: z.literal(true), warnings: z.array(z.string()) });

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
