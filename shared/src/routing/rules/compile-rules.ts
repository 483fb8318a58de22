/** Makes rules ready to be asked: predicates behind an index. Pure. */
import { GENERIC_CLUSTER } from "../../protocol/wire.ts";
import { treeOfCondition } from "../condition.ts";
import type { ConditionTree } from "./condition-tree.ts";
import { chooseGuards, guardsOf } from "./rule-guard.ts";
import { indexRules } from "./rule-index.ts";
import { NO_RULES, type CompiledRules, type RuleInput, type RuleOutcome } from "./rule-input.ts";
import { nameOfRule, type Rule } from "./rule-schema.ts";
import { predicateOf } from "./tree-predicate.ts";

export function compileRules(rules: readonly Rule[]): CompiledRules {
  if (rules.length === 0) return NO_RULES;
  const names = rules.map(nameOfRule);
  const trees = rules.map(wholeCondition);
  const index = indexRules<RuleInput>(chooseGuards(trees.map(guardsOf)));
  const holding = trees.map((tree, at) => {
    const { fromMs, untilMs, share } = rules[at] as Rule;
    return whereItHolds(predicateOf(tree), { fromMs, untilMs, share }, saltOfRule(names[at] ?? ""));
  });
  const outcomes = rules.map(outcomeOf);
  const holds = (rule: number, input: RuleInput): boolean => holding[rule]?.(input) === true;
  return {
    names,
    outcomeFor: (input) => {
      const first = index.first(input, holds);
      return first === undefined ? undefined : outcomes[first];
    },
  };
}

/** The salt by which a rule's share is drawn: another name draws other visitors. */
export function saltOfRule(name: string): string {
  return `rule ${name}`;
}

/** The contexts of a rule are a condition like the others. */
export function wholeCondition({ when = {}, if: expression, contexts }: Rule): ConditionTree {
  const condition = expression ?? treeOfCondition(when);
  return contexts === undefined ? condition : { all: [{ field: "context", is: contexts }, condition] };
}

function whereItHolds(
  isMet: (input: RuleInput) => boolean,
  { fromMs, untilMs, share }: Pick<Rule, "fromMs" | "untilMs" | "share">,
  salt: string,
): (input: RuleInput) => boolean {
  const always = fromMs === undefined && untilMs === undefined;
  const [first, end] = [fromMs ?? -Infinity, untilMs ?? Infinity];
  const isDrawn =
    share === undefined ? isMet : (input: RuleInput) => isMet(input) && input.shareOf(salt) < share;
  // The time is the cheapest question, so that rules that have ended cost next to nothing.
  return always ? isDrawn : (input) => input.nowMs >= first && input.nowMs < end && isDrawn(input);
}

export function outcomeOf({ then }: Rule, rule: number): RuleOutcome {
  if (then === "individual" || then === "tailored") return { kind: then, rule };
  return { kind: "cluster", cluster: then === "generic" ? GENERIC_CLUSTER : then, rule };
}
