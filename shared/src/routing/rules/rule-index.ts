/**
 * Finds the first rule that holds without looking at those that cannot: each rule stands under the values, or
 * the beginnings of values, of one field, and only rules under the request's own values are looked at. Pure.
 */
import { NONE, tasteGroup } from "../../signals/signals.ts";
import type { ConditionField } from "./condition-tree.ts";
import type { Guard } from "./rule-guard.ts";
import { formsOfField, readerOf, type ConditionInput } from "./tree-predicate.ts";

/** `holds` is asked for few rules, by their numbers; `guards` are in the rules' order. */
export type RuleIndex<Input extends ConditionInput> = {
  /** The number of the first rule that holds, or undefined. */
  first(input: Input, holds: (rule: number, input: Input) => boolean): number | undefined;
};

type Numbers = readonly number[];

type Column = {
  readonly field: ConditionField;
  readonly read: (input: ConditionInput) => string | undefined;
  readonly byValue: Map<string, number[]>;
  /** By the length of a beginning: to cut a value to it is cheaper than to compare it with each. */
  readonly byStart: Map<number, Map<string, number[]>>;
};

export function indexRules<Input extends ConditionInput>(
  guards: readonly (Guard | undefined)[],
): RuleIndex<Input> {
  const unguarded: number[] = [];
  const columns = new Map<ConditionField, Column>();
  guards.forEach((guard, rule) => {
    if (guard === undefined) unguarded.push(rule);
    else place(columnOf(columns, guard.field), guard, rule);
  });
  const all = [...columns.values()];
  const none = guards.length;
  return {
    first: (input, holds) => {
      let best = none;
      const look = (rules: Numbers | undefined): void => {
        if (rules === undefined) return;
        for (const rule of rules) {
          if (rule >= best) return;
          if (holds(rule, input)) best = rule;
        }
      };
      look(unguarded);
      for (const column of all) lookInto(column, input, look);
      return best === none ? undefined : best;
    },
  };
}

function columnOf(columns: Map<ConditionField, Column>, field: ConditionField): Column {
  const known = columns.get(field);
  if (known !== undefined) return known;
  const column: Column = { field, read: readerOf(field), byValue: new Map(), byStart: new Map() };
  columns.set(field, column);
  return column;
}

/** Rules come in order, so that each list is sorted. */
function place({ byValue, byStart }: Column, { is, starts }: Guard, rule: number): void {
  for (const value of new Set(is)) append(byValue, value, rule);
  for (const start of new Set(starts)) {
    const ofLength = byStart.get(start.length) ?? new Map<string, number[]>();
    byStart.set(start.length, ofLength);
    append(ofLength, start, rule);
  }
}

function append(lists: Map<string, number[]>, key: string, rule: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [rule]);
  else list.push(rule);
}

function lookInto(
  { field, read, byValue, byStart }: Column,
  input: ConditionInput,
  look: (rules: Numbers | undefined) => void,
): void {
  const value = read(input);
  if (value === undefined) return;
  look(byValue.get(value));
  if (field === "affinity") look(byValue.get(tasteGroup(value)));
  const forms = formsOfField(field, input);
  if (forms?.folded !== undefined) look(byValue.get(forms.folded));
  if (value === NONE) return;
  for (const [length, starts] of byStart) {
    look(starts.get(value.slice(0, length)));
    if (forms === undefined) continue;
    look(starts.get(forms.text.slice(0, length)));
    if (forms.folded !== undefined) look(starts.get(forms.folded.slice(0, length)));
  }
}
