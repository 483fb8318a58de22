/** `[[expected]]`: when crowds are expected, as it is stored and published. */
import * as z from "zod/mini";
import { ruleName } from "./rules/rule-schema.ts";

export const MAX_EXPECTED = 200;
/** What a window may last before the expected time, and after it, in seconds. */
export const MAX_BEFORE_S = 600;
export const MAX_AFTER_S = 3600;

/** What a `Date` can hold. */
const instantMs = z.number().check(z.gte(-8.64e15), z.lte(8.64e15));

const windowSchema = z
  .strictObject({
    name: z.optional(ruleName),
    /** Inclusive. */
    fromMs: instantMs,
    /** Exclusive. */
    untilMs: instantMs,
  })
  .check(
    z.refine(
      ({ fromMs, untilMs }) => untilMs > fromMs && untilMs - fromMs <= (MAX_BEFORE_S + MAX_AFTER_S) * 1000,
      {
        error: "must be later than fromMs, by 70 minutes at most",
        path: ["untilMs"],
      },
    ),
  );

export const expectedSchema = z.array(windowSchema).check(z.maxLength(MAX_EXPECTED));

export type Expected = z.infer<typeof expectedSchema>;
