/**
 * Answers `/routing/mode`: forces a mode, or another threshold, for a while, and ends that before its time.
 */
import { Hono } from "hono";
import * as z from "zod/mini";
import { whyNotHeld, type OriginCapacity } from "@spillway/shared/admission/capacity.ts";
import {
  MAX_OVERRIDE_MS,
  MAX_THRESHOLD_PER_SEC,
  MODES,
  type ModeOverride,
} from "@spillway/shared/routing/mode-override.ts";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import type { OperatorStore, StoredModeOverride } from "@spillway/store/operators/operator-store.ts";
import { readJson } from "./body.ts";
import { auditEntry } from "./operators/audited.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse, refuseFor } from "./reply.ts";

const MAX_SECONDS = MAX_OVERRIDE_MS / 1000;

const thresholdReason = `must be a number from 0 to ${MAX_THRESHOLD_PER_SEC}`;

export const modeOverrideRequestSchema = z
  .strictObject({
    mode: z.enum(MODES, `must be one of ${MODES.join(", ")}`),
    forSeconds: z
      .int("must be a whole number of seconds")
      .check(
        z.gte(1, "must be at least 1 second"),
        z.lte(MAX_SECONDS, "must be at most a day; push a routing for what holds longer"),
      ),
    /** In the place of every band's threshold meanwhile. */
    thresholdPerSec: z.optional(
      z
        .number(thresholdReason)
        .check(z.gte(0, thresholdReason), z.lte(MAX_THRESHOLD_PER_SEC, thresholdReason)),
    ),
  })
  .check(
    z.refine(({ mode, thresholdPerSec }) => thresholdPerSec === undefined || mode === "auto", {
      path: ["thresholdPerSec"],
      error: "goes with the mode auto alone: in the others nothing is measured against it",
    }),
  );

export type RoutingModeDeps = {
  readonly operatorStore: Pick<OperatorStore, "routing" | "modeOverride">;
  readonly nowMs: () => number;
  /** What this origin and those beside it can hold. */
  readonly capacity: () => OriginCapacity;
  /** Applies it to the gate at once, and publishes it to KV. Undefined: the routing's own mode. */
  readonly onModeOverride: (
    override: ModeOverride | undefined,
  ) => Promise<{ published: boolean; reason?: string }>;
};

export function routingModeRoutes(deps: RoutingModeDeps): Hono {
  const { operatorStore, nowMs, capacity, onModeOverride } = deps;
  const { routing, modeOverride } = operatorStore;
  /** The mode in force, that of the routing, and until when an override holds. */
  const describe = async () => {
    const override = await modeOverride.current(nowMs());
    const ofRouting = (await routing.current())?.value.routing.mode ?? "auto";
    const until = override && {
      until: new Date(override.untilMs).toISOString(),
      by: override.by,
      ...(override.thresholdPerSec !== undefined && { thresholdPerSec: override.thresholdPerSec }),
    };
    return { mode: override?.mode ?? ofRouting, ofRouting, ...until };
  };
  return new Hono()
    .get("/routing/mode", requireRole("viewer"), async (c) => c.json(await describe()))
    .put("/routing/mode", requireRole("operator"), async (c) => {
      const body = await readJson(c, 1024);
      if (body.kind === "refused") return refuseFor(c, body);
      const parsed = modeOverrideRequestSchema.safeParse(body.value);
      if (!parsed.success) return refuse(c, 400, "the mode is not valid", toIssues(parsed.error));
      const { forSeconds, ...forced } = parsed.data;
      const reason = whyNotHeld(forced.thresholdPerSec ?? 0, capacity());
      if (reason !== undefined)
        return refuse(c, 400, "the mode is not valid", [{ key: "thresholdPerSec", reason }]);
      const [setMs, before] = [nowMs(), await describe()];
      const by = c.get("operator")?.name ?? "";
      const override: StoredModeOverride = { ...forced, untilMs: setMs + forSeconds * 1000, setMs, by };
      const after = { ...forced, until: new Date(override.untilMs).toISOString() };
      await modeOverride.put(
        override,
        auditEntry(c, { action: "mode.force", subject: subjectOf(forced), before, after }),
      );
      const published = await onModeOverride(override);
      return c.json({ ...(await describe()), ...published });
    })
    .delete("/routing/mode", requireRole("operator"), async (c) => {
      const before = await describe();
      await modeOverride.end(auditEntry(c, { action: "mode.end", subject: `mode ${before.mode}`, before }));
      const published = await onModeOverride(undefined);
      return c.json({ ...(await describe()), ...published });
    });
}

function subjectOf({ mode, thresholdPerSec }: Pick<ModeOverride, "mode" | "thresholdPerSec">): string {
  return thresholdPerSec === undefined ? `mode ${mode}` : `threshold ${thresholdPerSec}/s`;
}
