/**
 * Conditions on signals, as in routing rules and editorial pins: `{ campaign = "qf-*", entry = ["social",
 * "ad"] }`.
 */
import * as z from "zod/mini";
import {
  DEPTHS,
  DEVICES,
  ENTRY_PATHS,
  NONE,
  RECENCIES,
  SIGNAL_NAMES,
  tasteGroup,
  type SignalName,
  type Signals,
} from "../signals/signals.ts";

/**
 * Maps a signal to a value, a prefix that ends in `*`, or a list of these. All signals must match. A bare `*`
 * matches every value but `none`. Teams and regions match in any letter case, and a taste group matches all
 * of its segments.
 */
export type Condition = { readonly [Name in SignalName]?: string | readonly string[] | undefined };

const pattern = z
  .string()
  .check(
    z.regex(/^[\p{L}\p{N}_-]*\*?$/u, "must be a value, or a prefix that ends in *"),
    z.minLength(1),
    z.maxLength(64),
  );
const patterns = z.union(
  [pattern, z.array(pattern).check(z.minLength(1), z.maxLength(200))],
  "must be a value, a prefix that ends in *, or a list of these",
);

/** The values of the signals that have a closed vocabulary. */
const VOCABULARIES: Partial<Record<SignalName, readonly string[]>> = {
  entry: ENTRY_PATHS,
  depth: DEPTHS,
  recency: RECENCIES,
  device: DEVICES,
};

function patternsOf(name: SignalName) {
  const vocabulary = VOCABULARIES[name];
  if (vocabulary === undefined) return patterns;
  const known = (patternOrList: string | readonly string[]): boolean =>
    (typeof patternOrList === "string" ? [patternOrList] : patternOrList).every((text) =>
      text.endsWith("*")
        ? vocabulary.some((value) => value.startsWith(text.slice(0, -1).toLowerCase()))
        : vocabulary.includes(text.toLowerCase()),
    );
  return patterns.check(z.refine(known, `must be of ${vocabulary.join(", ")}`));
}

export const conditionSchema = z.strictObject(
  Object.fromEntries(SIGNAL_NAMES.map((name) => [name, z.optional(patternsOf(name))])) as Record<
    SignalName,
    z.ZodMiniOptional<typeof patterns>
  >,
);

export type CompiledCondition = readonly {
  readonly signal: SignalName;
  readonly values: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}[];

const UPPER_CASE_SIGNALS: ReadonlySet<SignalName> = new Set(["team", "region"]);

export function compileCondition(condition: Condition): CompiledCondition {
  return SIGNAL_NAMES.flatMap((signal) => {
    const patternOrList = condition[signal];
    if (patternOrList === undefined) return [];
    const list = (typeof patternOrList === "string" ? [patternOrList] : patternOrList).map((text) =>
      normalised(signal, text),
    );
    return [
      {
        signal,
        values: new Set(list.filter((text) => !text.endsWith("*"))),
        prefixes: list.filter((text) => text.endsWith("*")).map((text) => text.slice(0, -1)),
      },
    ];
  });
}

function normalised(signal: SignalName, text: string): string {
  if (text.toLowerCase() === NONE) return NONE;
  return UPPER_CASE_SIGNALS.has(signal) ? text.toUpperCase() : text.toLowerCase();
}

/** `signals` may be partial, as a cluster's definition is: a signal that it leaves open does not match. */
export function matches(condition: CompiledCondition, signals: Partial<Signals>): boolean {
  for (const { signal, values, prefixes } of condition) {
    const value = signals[signal];
    if (value === undefined) return false;
    if (values.has(value) || (signal === "affinity" && values.has(tasteGroup(value)))) continue;
    if (value === NONE || !prefixes.some((prefix) => value.startsWith(prefix))) return false;
  }
  return true;
}
