/** For tests: what a rule sees of a request that tells nothing, but for what the test says. */
import type { RuleInput } from "../src/routing/rules/rule-input.ts";
import { NO_SIGNALS } from "../src/signals/signals.ts";

export function inputOf(told: Partial<RuleInput> = {}): RuleInput {
  return {
    signals: NO_SIGNALS,
    context: "homepage",
    band: "all day",
    country: undefined,
    nowMs: 0,
    shareOf: () => 0,
    ...told,
  };
}
