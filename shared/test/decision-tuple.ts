/** A decision tuple for tests: a visitor of Spain who got their cluster's page over the threshold. */
import type { DecisionTuple } from "../src/sample/decision-tuple.ts";
import { NO_SIGNALS, type Signals } from "../src/signals/signals.ts";

export function tupleWith(
  signals: Partial<Signals> = {},
  change: Partial<Omit<DecisionTuple, "signals">> = {},
): DecisionTuple {
  return {
    minute: 29_729_520,
    context: "homepage",
    signals: { ...NO_SIGNALS, ...signals },
    country: "ES",
    band: "all day",
    as: "cluster",
    reason: "over-threshold",
    cluster: "esp",
    rule: undefined,
    version: 3,
    holdout: false,
    known: false,
    weight: 2,
    ...change,
  };
}
