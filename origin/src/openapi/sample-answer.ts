/** The answers about the sample's days, as a zod schema: the OpenAPI document is made from it. */
import * as z from "zod/mini";
import { SAMPLE_SOURCES } from "@spillway/store/operators/sample-store.ts";

export const sampleDaysSchema = z.object({
  days: z.array(
    z.object({
      /** Such as `2026-07-10`, in UTC. */
      day: z.string(),
      source: z.enum(SAMPLE_SOURCES),
      tuples: z.int().check(z.gte(0)),
      /** Requests that they stand for. */
      weight: z.number(),
      /** Requests whose outcome fewer than ten visitors had. */
      withheld: z.number(),
      /** False for a day that is not over. */
      complete: z.boolean(),
      stored: z.string(),
    }),
  ),
});
