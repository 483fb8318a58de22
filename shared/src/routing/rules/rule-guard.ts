/** What must be true of one field before a rule can hold: by this, rules are indexed. Pure. */
import type { ConditionField, ConditionTree } from "./condition-tree.ts";

/** A rule can hold only where the field's value is one of `is`, or begins with one of `starts`. */
export type Guard = {
  readonly field: ConditionField;
  readonly is: readonly string[];
  readonly starts: readonly string[];
};

/** All guards of a condition; none, where it may hold whatever a field's value is. */
export function guardsOf(tree: ConditionTree): readonly Guard[] {
  if ("field" in tree) return [{ field: tree.field, is: tree.is ?? [], starts: tree.starts ?? [] }];
  if ("all" in tree) return tree.all.flatMap(guardsOf);
  if ("not" in tree) return [];
  const [first = [], ...more] = tree.any.map(guardsOf);
  return first.flatMap((guard) => unionOf(guard, more));
}

/** The guard of alternatives that all look at one field, as a list of one or none. */
function unionOf(guard: Guard, alternatives: readonly (readonly Guard[])[]): readonly Guard[] {
  const same = alternatives.map((guards) => guards.find(({ field }) => field === guard.field));
  const whole: Guard[] = [guard];
  for (const other of same) {
    if (other === undefined) return [];
    whole.push(other);
  }
  return [
    {
      field: guard.field,
      is: whole.flatMap(({ is }) => is),
      starts: whole.flatMap(({ starts }) => starts),
    },
  ];
}

/**
 * Chooses a guard for each rule: the one whose values the fewest rules name. So rules of one channel are
 * found by their campaigns. Undefined for a rule that has to be looked at for every request.
 */
export function chooseGuards(rules: readonly (readonly Guard[])[]): readonly (Guard | undefined)[] {
  const counts = new Map<string, number>();
  for (const key of rules.flat().flatMap(keysOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const shared = (guard: Guard): number => Math.max(...keysOf(guard).map((key) => counts.get(key) ?? 0));
  return rules.map((guards) => {
    let best: Guard | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const guard of guards) {
      const count = shared(guard);
      if (count < least) [best, least] = [guard, count];
    }
    return best;
  });
}

function keysOf({ field, is, starts }: Guard): string[] {
  return [...is.map((value) => `${field}=${value}`), ...starts.map((prefix) => `${field}^${prefix}`)];
}
