/** The answers about what happens now, as zod schemas: the OpenAPI document is made from them. */
import * as z from "zod/mini";
import { MODES } from "@spillway/shared/routing/mode-override.ts";
import { MIX_RUNGS, type NowState } from "@spillway/shared/protocol/now-state.ts";
import { rolloutStatusSchema } from "@spillway/shared/protocol/rollout-status.ts";

const count = z.int().check(z.gte(0));
const figure = z.number();
const mode = z.enum(MODES);

const latestSchema = z.object({
  spanMs: figure,
  calls: z.record(z.enum(MIX_RUNGS), count),
  originFailed: count,
});

/** Of which a part is stored too: see ../monitoring/now/now-moment.ts. */
export const nowFields = {
  atMs: count,
  instance: z.string(),
  sentence: z.string(),
  mode: z.object({
    inForce: mode,
    ofRouting: mode,
    untilMs: z.nullable(count),
    by: z.nullable(z.string()),
    thresholdPerSec: z.nullable(figure),
  }),
  band: z.string(),
  thresholdPerSec: z.nullable(figure),
  instances: count,
  routingVersion: count,
  overSinceMs: z.nullable(count),
  seconds: z.object({
    fromMs: count,
    demand: z.array(z.nullable(figure)),
    offered: z.array(count),
    admitted: z.array(count),
    threshold: z.array(z.nullable(figure)),
  }),
  mix: z.object({
    fromMs: count,
    calls: z.record(z.enum(MIX_RUNGS), z.array(count)),
    originFailed: z.array(count),
    untilMs: z.nullable(count),
    latest: latestSchema,
  }),
  isolates: z.object({
    heard: count,
    byVersion: z.array(
      z.object({ version: z.nullable(count), candidate: z.nullable(count), isolates: count }),
    ),
  }),
  pages: z.object({
    oldestS: z.nullable(figure),
    medianS: z.nullable(figure),
    objectiveS: figure,
    over: count,
    generation: z.nullable(count),
  }),
  model: z.optional(
    z.object({
      atMs: count,
      verdict: z.enum(["taken", "stays", "unjudged"]),
      sentence: z.string(),
      users: count,
      inForce: figure,
      anew: figure,
      gainAtLeast: figure,
    }),
  ),
  queue: z.object({ lagS: z.nullable(figure), unfolded: count }),
  deadLetters: count,
  changes: z.array(
    z.object({
      atMs: count,
      by: z.string(),
      action: z.string(),
      subject: z.string(),
      note: z.nullable(z.string()),
      revertTo: z.nullable(count),
    }),
  ),
  origin: z.object({
    health: z.enum(["healthy", "strained", "failing"]),
    reasons: z.array(z.string()),
    bearableShare: figure,
    startedMs: count,
  }),
  rollout: z.nullable(rolloutStatusSchema),
};

export const nowStateSchema: z.ZodMiniType<NowState> = z.object(nowFields);

/** What `/routing/mode` answers. */
export const routingModeSchema = z.object({
  mode,
  ofRouting: mode,
  until: z.optional(z.iso.datetime()),
  by: z.optional(z.string()),
  thresholdPerSec: z.optional(figure),
  published: z.optional(z.boolean()),
  reason: z.optional(z.string()),
});
