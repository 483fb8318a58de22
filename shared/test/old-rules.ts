/**
 * For tests: how rules were matched before they had names, times and expressions (releases up to 0.1), as it
 * was then. What an old file means is what this says.
 */
import { toSignalValue, prefixesOfText } from "../src/signals/signal-value.ts";
import {
  NONE,
  SIGNAL_NAMES,
  tasteGroup,
  TEXT_SIGNALS,
  type SignalName,
  type Signals,
  type TextForms,
} from "../src/signals/signals.ts";
import { tasteName } from "../src/signals/taste-name.ts";

type Condition = { readonly [Name in SignalName]?: string | readonly string[] | undefined };
type OldRule = { readonly when: Condition; readonly then: string };

type CompiledCondition = readonly {
  readonly signal: SignalName;
  readonly values: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}[];

/** The number of the first rule that matches. */
export function oldRules(rules: readonly OldRule[]): (signals: Signals) => number | undefined {
  const compiled = rules.map(({ when }) => compileCondition(when));
  return (signals) => {
    const at = compiled.findIndex((when) => matches(when, signals));
    return at < 0 ? undefined : at;
  };
}

function compileCondition(condition: Condition): CompiledCondition {
  return SIGNAL_NAMES.flatMap((signal) => {
    const patternOrList = condition[signal];
    if (patternOrList === undefined) return [];
    const list = typeof patternOrList === "string" ? [patternOrList] : patternOrList;
    return [
      {
        signal,
        values: new Set(list.filter((text) => !isPrefix(text)).flatMap((text) => valuesOf(signal, text))),
        prefixes: list.filter(isPrefix).flatMap((text) => prefixesOf(signal, text.slice(0, -1))),
      },
    ];
  });
}

function isPrefix(text: string): boolean {
  return text.endsWith("*");
}

const UPPER_CASE_SIGNALS: ReadonlySet<SignalName> = new Set(["team", "region"]);

function valuesOf(signal: SignalName, text: string): readonly string[] {
  const lower = text.toLowerCase();
  if (lower === NONE) return [NONE];
  if (UPPER_CASE_SIGNALS.has(signal)) return [text.toUpperCase()];
  if (!TEXT_SIGNALS.has(signal)) return [lower];
  const value = signal === "affinity" ? tasteName(text) : toSignalValue(text).toLowerCase();
  return value === NONE ? [lower] : [lower, value];
}

function prefixesOf(signal: SignalName, text: string): readonly string[] {
  if (UPPER_CASE_SIGNALS.has(signal)) return [text.toUpperCase()];
  const folded = TEXT_SIGNALS.has(signal) ? prefixesOfText(text) : [];
  return [text.toLowerCase(), ...folded.filter((prefix) => prefix !== "")];
}

function matches(condition: CompiledCondition, signals: Partial<Signals>): boolean {
  for (const { signal, values, prefixes } of condition) {
    const value = signals[signal];
    if (value === undefined) return false;
    if (values.has(value) || (signal === "affinity" && values.has(tasteGroup(value)))) continue;
    const forms = signal === "campaign" || signal === "event" ? signals.texts?.[signal] : undefined;
    if (forms?.folded !== undefined && values.has(forms.folded)) continue;
    if (value === NONE || !prefixes.some((prefix) => startsWith(prefix, value, forms))) return false;
  }
  return true;
}

function startsWith(prefix: string, value: string, forms: TextForms | undefined): boolean {
  return (
    value.startsWith(prefix) ||
    (forms !== undefined && (forms.text.startsWith(prefix) || forms.folded?.startsWith(prefix) === true))
  );
}
