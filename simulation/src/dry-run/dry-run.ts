/**
 * The dry run: replays a sample's decision tuples through two routings, and says what would change. Tuples
 * are added one by one, in any order, so that a caller may read them from anywhere and rest in between. Pure.
 */
import { SIGNAL_NAMES } from "@spillway/shared/signals/signals.ts";
import type { DecisionTuple, Foldable } from "@spillway/shared/sample/decision-tuple.ts";
import type { ConditionField } from "@spillway/shared/routing/rules/condition-tree.ts";
import { QUERY_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { BlindSpots } from "./blind-spots.ts";
import { Cells, sumsOf, type AsksAs, type Way } from "./cells.ts";
import { branchesOf, type Branch, type DryRequest, type DryRouting } from "./decide.ts";
import { NOTHING_DRAWN, type Draws } from "./draws.ts";
import { addSums, NO_SUMS, type Sums } from "./estimate.ts";
import { FidelityCheck, isAsItWent } from "./fidelity.ts";
import { flowsOf, type Side } from "./flows.ts";
import { askedOf, pageOutcome } from "./outcome.ts";
import { recordedDraws } from "./recorded-draws.ts";
import { resultOf } from "./build-result.ts";
import type { DryRunInput } from "./dry-run-input.ts";
import type { DryRunResult } from "./result.ts";
import type { ChainRule } from "./rule-chain.ts";
import { RuleHits } from "./rule-hits.ts";

/** As many tell a share of 1 % within a tenth of a point or two. */
const ENOUGH_TO_TELL = 20_000;
const ORIGIN_ONLY: ReadonlySet<string> = new Set(QUERY_CONTEXTS);

export class DryRun {
  readonly #input: DryRunInput;
  readonly #cells = new Cells();
  readonly #fidelity = new FidelityCheck();
  readonly #hitsBefore: RuleHits | undefined;
  readonly #hitsAfter: RuleHits;
  readonly #blind: BlindSpots;
  #whole: Sums = NO_SUMS;
  #waiting: DecisionTuple[] | undefined;
  #drawsOfRecord: (tuple: DecisionTuple) => Draws = () => NOTHING_DRAWN;

  constructor(input: DryRunInput) {
    this.#input = input;
    this.#hitsBefore = input.before && new RuleHits(input.before);
    this.#hitsAfter = new RuleHits(input.after);
    this.#blind = new BlindSpots(input);
    this.#waiting = input.before === undefined ? [] : undefined;
  }

  add(tuple: DecisionTuple): void {
    // Without rules to compare with, the first tuples tell what was obeyed.
    if (this.#waiting !== undefined && this.#waiting.length < ENOUGH_TO_TELL) this.#waiting.push(tuple);
    else {
      this.#addWaiting();
      this.#replay(tuple);
    }
  }

  #addWaiting(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.#drawsOfRecord = recordedDraws(waiting, this.#input.after.holdout);
    for (const tuple of waiting) this.#replay(tuple);
  }

  #replay(tuple: DecisionTuple): void {
    const { before, after, atMinute } = this.#input;
    const { minute, weight } = tuple;
    const request = this.#requestOf(tuple, atMinute ?? minute);
    const own = this.#ownCluster(tuple);
    this.#whole = addSums(this.#whole, sumsOf(weight, 1));
    this.#blind.add(tuple, own);
    const seen = before === undefined ? this.#drawsOfRecord(tuple) : this.#seen(before, tuple, request, own);
    const branchesBefore = before && branchesOf(before, request, seen);
    if (before !== undefined && branchesBefore !== undefined)
      this.#hitsBefore?.add(request, branchesBefore, weight);
    const went = { asked: askedOf(tuple), as: wentAskingAs(tuple), outcome: tuple.as } as const;
    const whatAfter = new Map<string, { branch: Branch; probability: number }>();
    for (const was of branchesBefore ?? [undefined]) {
      const part = was?.probability ?? 1;
      const branches = branchesOf(after, request, was?.draws ?? seen);
      for (const is of branches) {
        const probability = part * is.probability;
        const way = {
          before: was === undefined ? recordedWay(tuple, own) : wayOf(tuple, was, own),
          after: wayOf(tuple, is, own),
          went,
        };
        this.#cells.add(minute, way, weight, probability);
        collect(whatAfter, is, probability);
      }
    }
    const merged = [...whatAfter.values()].map(({ branch, probability }) => ({ ...branch, probability }));
    this.#hitsAfter.add(request, merged, weight);
  }

  result(): DryRunResult {
    this.#addWaiting();
    const { before, after, atMinute } = this.#input;
    const atTime = (routing: DryRouting): Side => ({
      thresholdAt: (minute) =>
        routing.mode === "force-individual" ? undefined : routing.bandAt(atMinute ?? minute).threshold_per_s,
      isRecord: false,
    });
    const obeyed = before ?? after;
    const observedAt = (minute: number): number | undefined =>
      obeyed.mode === "force-individual" ? undefined : obeyed.bandAt(minute).threshold_per_s;
    const record: Side = { thresholdAt: observedAt, isRecord: true };
    const flows = flowsOf(
      this.#cells,
      observedAt,
      before === undefined ? record : atTime(before),
      atTime(after),
    );
    return resultOf({
      whole: this.#whole,
      flows,
      fidelity: before && this.#fidelity.result(),
      hitsBefore: this.#hitsBefore?.counts ?? [],
      hitsAfter: this.#hitsAfter.counts,
      isKnownCluster: after.isKnownCluster,
      blind: this.#blind,
    });
  }

  /** An operator's switch (shared/src/routing/mode-override.ts) would have held under other rules too. */
  #requestOf(tuple: DecisionTuple, minute: number): DryRequest {
    const { signals, context, country, as, reason } = tuple;
    const { before } = this.#input;
    // Individual answers are forced too, and those needed no switch at the edge.
    const isForcedPage = reason === "forced" && as !== "individual";
    return {
      signals,
      context,
      country,
      minute,
      suspect: reason === "suspect",
      originOnly: ORIGIN_ONLY.has(context),
      held: before && obeys(tuple, before) ? heldCondition(tuple, before.rules) : undefined,
      isForced: isForcedPage && before !== undefined && before.mode !== "force-cluster",
    };
  }

  /**
   * The cluster that was recorded, so that a relearning of the index is no effect of rules. Where a rule
   * named the cluster, or the index has it no more, the index assigns one; but of folded signals it would
   * make everybody's, which was nobody's.
   */
  #ownCluster({ signals, cluster, rule, reason, folded }: DecisionTuple): string | undefined {
    const { assign, after } = this.#input;
    const recorded = rule === undefined && reason !== "rule" ? cluster : undefined;
    if (assign === undefined || (recorded !== undefined && after.isKnownCluster(recorded))) return recorded;
    return folded?.some(isSignal) === true ? undefined : assign(signals);
  }

  /** What the tuple's own way tells of its viewer's draws, where it obeyed the rules before. */
  #seen(before: DryRouting, tuple: DecisionTuple, request: DryRequest, own: string | undefined): Draws {
    if (!obeys(tuple, before)) return NOTHING_DRAWN;
    const asItWent = request.minute === tuple.minute ? request : this.#requestOf(tuple, tuple.minute);
    const branches = branchesOf(before, asItWent, NOTHING_DRAWN);
    this.#fidelity.add(tuple, before.bandAt(tuple.minute).name, branches, own);
    return branches.find((branch) => isAsItWent(tuple, branch))?.draws ?? NOTHING_DRAWN;
  }
}

function isSignal(field: Foldable): boolean {
  return SIGNAL_NAMES.some((name) => name === field);
}

function obeys({ version }: DecisionTuple, before: DryRouting): boolean {
  return before.version === undefined || before.version === version;
}

function heldCondition(
  { rule: name, folded }: DecisionTuple,
  rules: readonly ChainRule[],
): string | undefined {
  if (folded === undefined || name === undefined) return undefined;
  const rule = rules.find((one) => one.name === name);
  return rule !== undefined && folded.some((field) => rule.fields.has(field as ConditionField))
    ? rule.condition
    : undefined;
}

function wayOf(tuple: DecisionTuple, branch: Branch, own: string | undefined): Way {
  return { asks: asksAs(tuple, branch), page: pageOutcome(tuple, branch, own) };
}

function recordedWay(tuple: DecisionTuple, own: string | undefined): Way {
  const { as, reason, cluster } = tuple;
  const isNamed = as === "cluster" && reason === "rule" && cluster !== undefined && cluster !== own;
  return {
    asks: askedOf(tuple) === "none" ? undefined : wentAskingAs(tuple),
    page: isNamed ? `cluster ${cluster}` : as,
  };
}

function asksAs({ known }: DecisionTuple, { decision }: Branch): AsksAs | undefined {
  if (decision.kind === "page") return undefined;
  if (decision.limit === "none") return "free";
  return decision.limit === "credit" ? (known ? 1 : 2) : 0;
}

function wentAskingAs({ context, holdout, known }: DecisionTuple): 0 | 1 | 2 {
  if (ORIGIN_ONLY.has(context) || holdout) return 0;
  return known ? 1 : 2;
}

/** Adds up the branches of one rule, into which the draws of the other routing may have split it. */
function collect(
  branches: Map<string, { branch: Branch; probability: number }>,
  branch: Branch,
  probability: number,
): void {
  const key = `${branch.rule?.name}|${branch.heldOut}`;
  const known = branches.get(key);
  if (known === undefined) branches.set(key, { branch, probability });
  else known.probability += probability;
}
