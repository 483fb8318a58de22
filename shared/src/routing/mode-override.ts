/**
 * A mode, and perhaps a threshold, that hold until an instant, whatever the routing says: an operator's
 * switch that falls back by itself, also where the origin has died meanwhile, since whoever obeys it looks at
 * the time.
 */
import * as z from "zod/mini";

export const MODES = ["auto", "force-cluster", "force-individual"] as const;
export type Mode = (typeof MODES)[number];

export const MAX_THRESHOLD_PER_SEC = 10_000_000;

export const modeOverrideSchema = z.object({
  mode: z.enum(MODES),
  /** Milliseconds since 1970. */
  untilMs: z.int().check(z.gte(0)),
  /** In the place of every band's `threshold_per_s`. */
  thresholdPerSec: z.optional(z.number().check(z.gte(0), z.lte(MAX_THRESHOLD_PER_SEC))),
});
export type ModeOverride = z.infer<typeof modeOverrideSchema>;

/** What is forced for longer than a day is routing, and pushed as such. */
export const MAX_OVERRIDE_MS = 86_400_000;

export function modeAt(ofRouting: Mode, override: ModeOverride | undefined, nowMs: number): Mode {
  return override !== undefined && nowMs < override.untilMs ? override.mode : ofRouting;
}

/** `ofBandPerSec`: the threshold of the band that holds. */
export function thresholdAt(ofBandPerSec: number, override: ModeOverride | undefined, nowMs: number): number {
  return override?.thresholdPerSec !== undefined && nowMs < override.untilMs
    ? override.thresholdPerSec
    : ofBandPerSec;
}
