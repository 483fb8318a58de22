/** The form in which the evidence of a rollout's stage is stored. */
import * as z from "zod/mini";

const users = z.object({
  kept: z.number(),
  users: z.array(z.tuple([z.string(), z.number()], z.number())),
});
const arms = z.object({ current: users, candidate: users });

export const storedEvidenceSchema = z.object({
  form: z.string(),
  fromMs: z.number(),
  latestMs: z.object({ current: z.number(), candidate: z.number() }),
  served: arms,
  events: arms,
});
