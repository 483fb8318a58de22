/**
 * Answers `POST /editorial/preview`: what an audience would see with these pins, at a time. It changes
 * nothing.
 */
import { Hono } from "hono";
import * as z from "zod/mini";
import { readAudience } from "@spillway/shared/protocol/audience.ts";
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { instantSchema } from "@spillway/shared/protocol/time-schema.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { conditionSchema, valuesOf } from "@spillway/shared/routing/condition.ts";
import { NO_SIGNALS, SIGNAL_NAMES, type Signals } from "@spillway/shared/signals/signals.ts";
import { itemById } from "@spillway/store/catalogue/items.ts";
import { getPage } from "@spillway/store/pages/pages.ts";
import { clusterIndex } from "@spillway/store/state.ts";
import { pinIssues } from "../editorial/check-pins.ts";
import { previewPins } from "../editorial/preview.ts";
import { readJson } from "./body.ts";
import type { EditorialDeps } from "./editorial.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse, refuseFor } from "./reply.ts";

const MAX_BODY_BYTES = 1024 * 1024;

export const previewSchema = z.strictObject({
  /** Absent: those in force. */
  pins: z.optional(pinsSchema.shape.pins),
  /** The visitor's signals; what is absent is nothing. */
  as: z._default(conditionSchema, {}),
  context: z._default(z.enum(PAGE_CONTEXTS), "homepage"),
  /** The country; absent: the signal `region`. */
  country: z.optional(z.string()),
  /** The age limit. */
  rating: z.optional(z.int()),
  /** By the content's clock; absent: now. */
  at: z.optional(instantSchema),
});

export function previewRoutes({ database, operatorStore, contentNowMs }: EditorialDeps): Hono {
  return new Hono().post("/editorial/preview", requireRole("viewer"), async (c) => {
    const body = await readJson(c, MAX_BODY_BYTES);
    if (body.kind === "refused") return refuseFor(c, body);
    const parsed = previewSchema.safeParse(body.value);
    const issues = pinIssues(database, body.value, parsed.error);
    if (!parsed.success || issues.length > 0) return refuse(c, 400, "the preview is not valid", issues);
    const { as, context, country, rating, at } = parsed.data;
    const pins = parsed.data.pins ?? (await operatorStore.pins.current())?.value ?? [];
    const signals = signalsOf(as);
    if (typeof signals === "string")
      return refuse(c, 400, "the preview is not valid", [
        { key: `as.${signals}`, reason: "must be one value" },
      ]);
    const audience = readAudience((name) => {
      if (name === "rating") return rating === undefined ? undefined : String(rating);
      return country ?? (signals.region === NO_SIGNALS.region ? undefined : signals.region);
    });
    if ("kind" in audience) return refuseFor(c, audience);
    const atMs = at === undefined ? contentNowMs() : Date.parse(at);
    const preview = previewPins(
      pins,
      { context, signals, audience, atMs },
      {
        index: clusterIndex(database)?.index,
        pageOf: (of, cluster) => getPage(database, of, cluster)?.carousels,
        itemOf: (id) => itemById(database, id)?.item,
      },
    );
    return c.json({ context, at: new Date(atMs).toISOString(), signals, audience, ...preview });
  });
}

/** A visitor has one value of each signal. Returns the name of a signal that has none or several. */
function signalsOf(as: z.infer<typeof conditionSchema>): Signals | string {
  const values: Record<string, string> = {};
  for (const name of SIGNAL_NAMES) {
    const text = as[name];
    if (text === undefined) continue;
    if (typeof text !== "string" || text.endsWith("*")) return name;
    values[name] = valuesOf(name, text).at(-1) ?? text;
  }
  return { ...NO_SIGNALS, ...values };
}
