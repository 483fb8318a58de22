/**
 * Whether the rules in force, replayed, decide as it went: what else the replay says is worth as much. Pure.
 */
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { Branch, Decision } from "./decide.ts";
import { askedOf } from "./outcome.ts";

/** Below this part the replay warns. */
export const LEAST_FIDELITY = 0.999;

export type Deviation = { readonly went: string; readonly replayed: string; readonly tuples: number };

export type Fidelity = {
  /** Tuples that obeyed the rules in force. */
  readonly tuples: number;
  readonly reproduced: number;
  /** The commonest ones, first. */
  readonly deviations: readonly Deviation[];
};

const MOST_DEVIATIONS = 1000;
const MOST_SHOWN = 5;

export class FidelityCheck {
  #tuples = 0;
  #reproduced = 0;
  readonly #deviations = new Map<string, { went: string; replayed: string; tuples: number }>();

  /** `branches`: all that the rules in force may decide; `own`: the cluster that the index assigns. */
  add(tuple: DecisionTuple, band: string, branches: readonly Branch[], own: string | undefined): void {
    // Whether the rule was the same one, nobody can tell any more.
    if (tuple.folded?.includes("rule") === true) return;
    this.#tuples += 1;
    if (tuple.band === band && branches.some((branch) => isAsItWent(tuple, branch))) {
      this.#reproduced += 1;
      return;
    }
    const likely = branches.reduce((a, b) => (b.probability > a.probability ? b : a));
    const [went, replayed] = [wentAs(tuple), replayedAs(likely, band, own)];
    const key = `${went}\n${replayed}`;
    const known = this.#deviations.get(key);
    if (known !== undefined) known.tuples += 1;
    else if (this.#deviations.size < MOST_DEVIATIONS)
      this.#deviations.set(key, { went, replayed, tuples: 1 });
  }

  result(): Fidelity {
    const deviations = [...this.#deviations.values()].toSorted((a, b) => b.tuples - a.tuples);
    return {
      tuples: this.#tuples,
      reproduced: this.#reproduced,
      deviations: deviations.slice(0, MOST_SHOWN),
    };
  }
}

/** What is folded is not known, and contradicts nothing. */
export function isAsItWent(tuple: DecisionTuple, { decision, rule, heldOut }: Branch): boolean {
  const { folded = [] } = tuple;
  if (!folded.includes("rule") && tuple.rule !== rule?.name) return false;
  if (tuple.holdout !== heldOut || !isReason(tuple, decision)) return false;
  // Which cluster the index assigned is no matter of the rules.
  const named = rule?.outcome.kind === "cluster" ? rule.outcome.cluster : undefined;
  return named === undefined || tuple.cluster === undefined || tuple.cluster === named;
}

function isReason(tuple: DecisionTuple, decision: Decision): boolean {
  return decision.kind === "ask"
    ? askedOf(tuple) !== "none"
    : tuple.as !== "individual" && decision.reason === tuple.reason;
}

function wentAs({ as, reason, rule, cluster, band, holdout }: DecisionTuple): string {
  return describe(`${as} by ${reason}`, rule, cluster, band, holdout);
}

function replayedAs({ decision, rule, heldOut }: Branch, band: string, own: string | undefined): string {
  const what = decision.kind === "ask" ? "asks the origin" : `page by ${decision.reason}`;
  const cluster = rule?.outcome.kind === "cluster" ? rule.outcome.cluster : own;
  return describe(what, rule?.name, cluster, band, heldOut);
}

function describe(
  what: string,
  rule: string | undefined,
  cluster: string | undefined,
  band: string,
  isHeldOut: boolean,
): string {
  return [
    what,
    ...(rule === undefined ? [] : [`rule ${rule}`]),
    ...(cluster === undefined ? [] : [`cluster ${cluster}`]),
    `band ${band}`,
    ...(isHeldOut ? ["holdout"] : []),
  ].join(", ");
}
