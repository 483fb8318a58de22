/** Whether two conditions can hold for one visitor. Pure. */
import { SIGNAL_NAMES, tasteGroup, type SignalName } from "../signals/signals.ts";
import { prefixesOf, valuesOf, type Condition } from "./condition.ts";

/** False only where some signal can't have a value that both allow. */
export function conditionsOverlap(one: Condition, other: Condition): boolean {
  return SIGNAL_NAMES.every((name) => {
    const [first, second] = [testsOf(name, one[name]), testsOf(name, other[name])];
    return (
      first === undefined ||
      second === undefined ||
      first.is.some((value) => allows(name, second, value)) ||
      second.is.some((value) => allows(name, first, value)) ||
      first.starts.some((start) =>
        second.starts.some((start2) => start.startsWith(start2) || start2.startsWith(start)),
      )
    );
  });
}

type Tests = { readonly is: readonly string[]; readonly starts: readonly string[] };

function testsOf(name: SignalName, pattern: string | readonly string[] | undefined): Tests | undefined {
  if (pattern === undefined) return undefined;
  const list = typeof pattern === "string" ? [pattern] : pattern;
  return {
    is: list.filter((text) => !text.endsWith("*")).flatMap((text) => valuesOf(name, text)),
    starts: list.filter((text) => text.endsWith("*")).flatMap((text) => prefixesOf(name, text.slice(0, -1))),
  };
}

/** A taste group has all of its segments. */
function allows(name: SignalName, { is, starts }: Tests, value: string): boolean {
  return (
    is.includes(value) ||
    (name === "affinity" && is.includes(tasteGroup(value))) ||
    (value !== "none" && starts.some((start) => value.startsWith(start)))
  );
}
