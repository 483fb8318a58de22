/** Makes a predicate of a condition's tree. Pure. */
import { NONE, tasteGroup, type Signals, type TextForms } from "../../signals/signals.ts";
import type { ConditionField, ConditionTree, FieldTest } from "./condition-tree.ts";

/** Signals may be partial, as a cluster's definition is: a signal that it leaves open fulfils no test. */
export type ConditionInput = {
  readonly signals: Partial<Signals>;
  readonly context?: string | undefined;
  readonly band?: string | undefined;
  readonly country?: string | undefined;
};

export type Predicate = (input: ConditionInput) => boolean;

export function predicateOf(tree: ConditionTree): Predicate {
  if ("field" in tree) return fieldPredicate(tree);
  if ("not" in tree) {
    const inner = predicateOf(tree.not);
    return (input) => !inner(input);
  }
  const [first, second, ...more] = ("all" in tree ? tree.all : tree.any).map(predicateOf);
  const isAll = "all" in tree;
  if (first === undefined) return () => isAll;
  if (second === undefined) return first;
  // Most conditions are pairs, and a loop costs more than two calls.
  if (more.length === 0) {
    return isAll ? (input) => first(input) && second(input) : (input) => first(input) || second(input);
  }
  const parts = [first, second, ...more];
  return isAll ? (input) => parts.every((part) => part(input)) : (input) => parts.some((part) => part(input));
}

/** Texts by which the field's value is called besides. */
export function formsOfField(field: ConditionField, { signals }: ConditionInput): TextForms | undefined {
  return field === "campaign" || field === "event" ? signals.texts?.[field] : undefined;
}

function fieldPredicate({ field, is = [], starts = [] }: FieldTest): Predicate {
  const read = readerOf(field);
  const values: ReadonlySet<string> = new Set(is);
  const isPlain = field !== "affinity" && field !== "campaign" && field !== "event";
  const [only] = is;
  if (isPlain && starts.length === 0) {
    return values.size === 1 ? (input) => read(input) === only : (input) => values.has(read(input) ?? "");
  }
  return (input) => {
    const value = read(input);
    if (value === undefined) return false;
    if (values.has(value) || (field === "affinity" && values.has(tasteGroup(value)))) return true;
    const forms = formsOfField(field, input);
    if (forms?.folded !== undefined && values.has(forms.folded)) return true;
    return value !== NONE && starts.some((prefix) => startsWith(prefix, value, forms));
  };
}

/** A property that is written out is read several times as fast as one that is named by a variable. */
const READERS: Readonly<Record<ConditionField, (input: ConditionInput) => string | undefined>> = {
  team: ({ signals }) => signals.team,
  entry: ({ signals }) => signals.entry,
  campaign: ({ signals }) => signals.campaign,
  event: ({ signals }) => signals.event,
  affinity: ({ signals }) => signals.affinity,
  recency: ({ signals }) => signals.recency,
  depth: ({ signals }) => signals.depth,
  device: ({ signals }) => signals.device,
  region: ({ signals }) => signals.region,
  context: ({ context }) => context,
  band: ({ band }) => band,
  country: ({ country }) => country ?? NONE,
};

/** Undefined where nothing is known of the field, not even that it is `none`. */
export function readerOf(field: ConditionField): (input: ConditionInput) => string | undefined {
  return READERS[field];
}

function startsWith(prefix: string, value: string, forms: TextForms | undefined): boolean {
  return (
    value.startsWith(prefix) ||
    (forms !== undefined && (forms.text.startsWith(prefix) || forms.folded?.startsWith(prefix) === true))
  );
}
