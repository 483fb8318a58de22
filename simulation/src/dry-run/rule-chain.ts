/**
 * A routing's rules one by one, as a dry run asks them: all whose conditions hold for a request, apart from
 * the rules' times and shares, and not the first alone. Pure.
 */
import type { Routing } from "@spillway/shared/routing/routing.ts";
import { outcomeOf, saltOfRule, wholeCondition } from "@spillway/shared/routing/rules/compile-rules.ts";
import type { ConditionField, ConditionTree } from "@spillway/shared/routing/rules/condition-tree.ts";
import { chooseGuards, guardsOf } from "@spillway/shared/routing/rules/rule-guard.ts";
import { indexRules } from "@spillway/shared/routing/rules/rule-index.ts";
import type { RuleInput, RuleOutcome } from "@spillway/shared/routing/rules/rule-input.ts";
import { nameOfRule } from "@spillway/shared/routing/rules/rule-schema.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { predicateOf } from "@spillway/shared/routing/rules/tree-predicate.ts";

export type ChainRule = {
  readonly name: string;
  readonly outcome: RuleOutcome;
  /** The share of users that it is for; undefined for all. */
  readonly share: number | undefined;
  /** Of the hash that draws them. */
  readonly salt: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** What its condition looks at. */
  readonly fields: ReadonlySet<ConditionField>;
  /** The same for every rule with the same condition. */
  readonly condition: string;
};

/** What conditions look at. */
export type ChainInput = Omit<RuleInput, "nowMs" | "shareOf">;

export type RuleChain = {
  readonly rules: readonly ChainRule[];
  /** The rules whose conditions hold, in their order. */
  readonly matching: (input: ChainInput) => readonly ChainRule[];
};

/** Requests are alike: what has been asked is remembered, as far as this. */
const MOST_REMEMBERED = 50_000;

export function ruleChain({ rules: written }: Routing): RuleChain {
  const trees = written.map(wholeCondition);
  const predicates = trees.map(predicateOf);
  const index = indexRules<ChainInput>(chooseGuards(trees.map(guardsOf)));
  const rules = written.map((rule, at): ChainRule => {
    const name = nameOfRule(rule, at);
    return {
      name,
      outcome: outcomeOf(rule, at),
      share: rule.share,
      salt: saltOfRule(name),
      fromMs: rule.fromMs ?? Number.NEGATIVE_INFINITY,
      untilMs: rule.untilMs ?? Number.POSITIVE_INFINITY,
      fields: new Set(fieldsOf(trees[at])),
      condition: JSON.stringify(trees[at]),
    };
  });
  const find = (input: ChainInput): readonly ChainRule[] => {
    const found: number[] = [];
    // The index stops at the first rule that holds, so none says that it does.
    index.first(input, (at) => {
      if (predicates[at]?.(input) === true) found.push(at);
      return false;
    });
    return found.toSorted((a, b) => a - b).map((at) => rules[at] as ChainRule);
  };
  return { rules, matching: rules.length === 0 ? () => [] : remembering(find) };
}

/** By the signals themselves first: tuples of one file share them (shared/src/sample/tuple-lines.ts). */
function remembering(find: RuleChain["matching"]): RuleChain["matching"] {
  const bySignals = new WeakMap<Signals, Map<string, readonly ChainRule[]>>();
  const remembered = new Map<string, readonly ChainRule[]>();
  const matching: RuleChain["matching"] = (input) => {
    const key = keyOf(input);
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const found = find(input);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, found);
    return found;
  };
  return (input) => {
    const { signals, context, band, country } = input;
    const key = `${context}|${band}|${country}`;
    const own = bySignals.get(signals) ?? new Map<string, readonly ChainRule[]>();
    const known = own.get(key);
    if (known !== undefined) return known;
    const found = matching(input);
    bySignals.set(signals, own.set(key, found));
    return found;
  };
}

function keyOf({ signals, context, band, country }: ChainInput): string {
  const { team, entry, campaign, event, affinity, recency, depth, device, region, texts } = signals;
  const key = `${context}|${band}|${country}|${team}|${entry}|${campaign}|${event}|${affinity}|${recency}|${depth}|${device}|${region}`;
  return texts === undefined ? key : `${key}|${JSON.stringify(texts)}`;
}

function fieldsOf(tree: ConditionTree | undefined): readonly ConditionField[] {
  if (tree === undefined) return [];
  if ("field" in tree) return [tree.field];
  if ("not" in tree) return fieldsOf(tree.not);
  return ("all" in tree ? tree.all : tree.any).flatMap(fieldsOf);
}
