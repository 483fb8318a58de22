/**
 * Asks a Rate Limiting binding, which may be missing, late or broken: none of that costs a viewer anything.
 */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { Failures } from "./failures.ts";
import { orLate } from "./or-late.ts";

/** Counts `units` for `key`, and resolves with whether the key was within its limit before. */
export type RateLimited = (key: string, units?: number) => Promise<boolean>;

/** Without a binding there is no limit; the limiter's answer is waited for `deadlineMs` at most. */
export function createRateLimited(
  limiter: RateLimit | undefined,
  failures: Failures,
  deadlineMs: number,
): RateLimited {
  return async (key, units = 1) => {
    if (limiter === undefined) return true;
    try {
      const asked = limiter.limit(units === 1 ? { key } : { key, delta: units });
      return (await orLate(asked, deadlineMs, { success: true })).success;
    } catch (error) {
      failures.count("rate-limit", reasonOf(error));
      return true;
    }
  };
}
