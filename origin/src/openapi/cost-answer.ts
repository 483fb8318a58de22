/** The answer about costs, as a zod schema: the OpenAPI document is made from it. */
import * as z from "zod/mini";
import type { CostReport } from "@spillway/simulation/cost/cost.ts";

const amount = z.number().check(z.gte(0));

export const costSchema: z.ZodMiniType<CostReport> = z.object({
  from: z.string(),
  until: z.string(),
  days: amount,
  extrapolatedFromHours: z.nullable(amount),
  pages: amount,
  eventPosts: amount,
  callsMissing: amount,
  isolates: amount,
  lines: z.array(
    z.object({
      what: z.enum([
        "requests",
        "cpuMs",
        "kvReads",
        "kvWrites",
        "kvGigabytes",
        "queueOperations",
        "watchRequests",
        "watchGigabyteSeconds",
      ]),
      used: amount,
      month: amount,
      usd: amount,
      basis: z.enum(["measured", "computed", "assumed"]),
      from: z.string(),
    }),
  ),
  planUsd: amount,
  usd: amount,
  preProvisioning: z.nullable(
    z.object({
      peakPerSec: amount,
      peakAt: z.string(),
      baseInstances: amount,
      peakInstances: amount,
      hours: amount,
      instanceHours: amount,
      monthInstanceHours: amount,
      usd: amount,
    }),
  ),
});
