/** The schemas of answers that only the origin gives, for the OpenAPI document and its tests. */
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { refusedEventSchema } from "@spillway/shared/openapi/answers.ts";
import { MODES, routingSchema } from "@spillway/shared/routing/routing.ts";
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

export const checkedRoutingSchema = z.object({ valid: z.literal(true), warnings: z.array(z.string()) });

export const pushedRoutingSchema = z.extend(routingVersionSchema, {
  published: z.boolean(),
  reason: z.optional(z.string()),
  warnings: z.array(z.string()),
});
