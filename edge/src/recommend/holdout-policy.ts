/**
 * Who is held out, and what the response says of them: what is measured is what the index and admission would
 * decide.
 */
import { isHeldOut, type Holdout } from "@spillway/shared/routing/holdout.ts";
import type { CompiledRouting } from "@spillway/shared/routing/routing.ts";
import type { RuleOutcome } from "@spillway/shared/routing/rules/rule-input.ts";
import type { Served } from "@spillway/shared/protocol/served.ts";

/** How the holdout serves this visitor; undefined for all others, and for whom a rule names. */
export function holdoutOf(
  { holdout }: Pick<CompiledRouting, "holdout">,
  rule: RuleOutcome | undefined,
  user: string,
): Holdout["serve"] | undefined {
  if (holdout === undefined || rule !== undefined) return undefined;
  return isHeldOut(holdout, user) ? holdout.serve : undefined;
}

/** The origin does not know who is held out: what it calls admitted is the holdout's. */
export function withHoldoutReason(served: Served, heldOut: Holdout["serve"] | undefined): Served {
  return heldOut === "individual" && served.reason === "admitted" ? { ...served, reason: "holdout" } : served;
}
