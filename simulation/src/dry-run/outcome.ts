/** What a request gets, as flows name it: a rung, or the page of the cluster that a rule names. Pure. */
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { ServedAs } from "@spillway/shared/protocol/served.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import type { Branch, Decision } from "./decide.ts";

/**
 * A rung, or `cluster ID` for the page of a cluster that a rule names and the index would not have assigned.
 */
export type Outcome = ServedAs | `cluster ${string}`;

/** The rung of an outcome. */
export function rungOf(outcome: Outcome): ServedAs {
  return outcome.startsWith("cluster ") ? "cluster" : (outcome as ServedAs);
}

/** What became of the question to the origin; `none` where it was not asked. */
export type Asked = "none" | "admitted" | "refused" | "failed";

export function askedOf({ as, reason }: DecisionTuple): Asked {
  if (as === "individual") return "admitted";
  if (reason === "over-threshold") return "refused";
  return FAILED.has(reason) ? "failed" : "none";
}

const FAILED: ReadonlySet<string> = new Set(["deadline", "origin-error", "origin-unreachable", "no-model"]);

/** The page of a request that is not served individually, whether a rule decides that or the budget. */
export function pageOutcome(
  tuple: DecisionTuple,
  { decision, rule }: Pick<Branch, "decision" | "rule">,
  own: string | undefined,
): Outcome {
  if (wentTheSameWay(tuple, decision, rule?.name)) return shownAs(tuple, decision, own);
  const tailors = decision.kind === "ask" || decision.tailors;
  if (tailors && tuple.known) return "tailored";
  return pageOf(decision, own);
}

/** As it went, with what stood in for a page that was missing. */
function shownAs({ as }: DecisionTuple, decision: Decision, own: string | undefined): Outcome {
  return as === "cluster" ? pageOf(decision, own) : as;
}

function wentTheSameWay(
  { as, reason, rule }: DecisionTuple,
  decision: Decision,
  name: string | undefined,
): boolean {
  if (as === "individual") return false;
  if (decision.kind === "ask") return reason === "over-threshold" || FAILED.has(reason);
  return decision.reason === reason && (reason !== "rule" || rule === name);
}

function pageOf(decision: Decision, own: string | undefined): Outcome {
  const id = decision.kind === "ask" || decision.of === "own" ? own : decision.of.id;
  if (id === GENERIC_CLUSTER) return "generic";
  return id === undefined || id === own ? "cluster" : `cluster ${id}`;
}
