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
  TEXT_SIGNALS,
  type SignalName,
  type Signals,
} from "../signals/signals.ts";
import { prefixesOfText, toSignalValue } from "../signals/signal-value.ts";
import { tasteName } from "../signals/taste-name.ts";
import type { ConditionTree, FieldTest } from "./rules/condition-tree.ts";
import { predicateOf, type Predicate } from "./rules/tree-predicate.ts";

/**
 * Maps a signal to a value, a prefix that ends in `*`, or a list of these. All signals must match. A bare `*`
 * matches every value but `none`. Letter case does not count, and a taste group matches all of its segments.
 * A campaign, event or affinity is written as its text, in any script, or as its value.
 */
export type Condition = { readonly [Name in SignalName]?: string | readonly string[] | undefined };

const MUST_BE = "must be a value, or a prefix that ends in *";
const MUST_BE_ANY = "must be a value, a prefix that ends in *, or a list of these";

/** A value of a closed form, or a prefix of one. */
const codes = listable(
  z
    .string()
    .check(z.regex(/^[\p{L}\p{N}_-]*\*?$/u, MUST_BE), z.minLength(1, MUST_BE), z.maxLength(64, MUST_BE)),
);
/** A text in any script, or a prefix of one. */
const texts = listable(
  z.string().check(
    z.regex(/^[^*\p{Cc}\p{Cs}]*\*?$/u, MUST_BE),
    z.maxLength(256, MUST_BE),
    z.refine((text) => /[^\p{P}\p{Z}\p{Cf}]|^\*$|[_-]/u.test(text), MUST_BE),
  ),
);

function listable(pattern: z.ZodMiniString) {
  return z.union([pattern, z.array(pattern).check(z.minLength(1), z.maxLength(200))], MUST_BE_ANY);
}

/** The values of the signals that have a closed vocabulary. */
export const VOCABULARIES: Partial<Record<SignalName, readonly string[]>> = {
  entry: ENTRY_PATHS,
  depth: DEPTHS,
  recency: RECENCIES,
  device: DEVICES,
};

function patternsOf(name: SignalName) {
  const vocabulary = VOCABULARIES[name];
  if (vocabulary === undefined) return TEXT_SIGNALS.has(name) ? texts : codes;
  const known = (patternOrList: string | readonly string[]): boolean =>
    (typeof patternOrList === "string" ? [patternOrList] : patternOrList).every((text) =>
      text.endsWith("*")
        ? vocabulary.some((value) => value.startsWith(text.slice(0, -1).toLowerCase()))
        : vocabulary.includes(text.toLowerCase()),
    );
  return codes.check(z.refine(known, `must be of ${vocabulary.join(", ")}`));
}

export const conditionSchema = z.strictObject(
  Object.fromEntries(SIGNAL_NAMES.map((name) => [name, z.optional(patternsOf(name))])) as Record<
    SignalName,
    z.ZodMiniOptional<typeof codes>
  >,
);

const UPPER_CASE_SIGNALS: ReadonlySet<SignalName> = new Set(["team", "region"]);

/** All signals that the condition names must match; without any, it holds for everybody. */
export function treeOfCondition(condition: Condition): ConditionTree {
  const tests = SIGNAL_NAMES.flatMap((field): FieldTest[] => {
    const patternOrList = condition[field];
    if (patternOrList === undefined) return [];
    const list = typeof patternOrList === "string" ? [patternOrList] : patternOrList;
    const is = list.filter((text) => !isPrefix(text)).flatMap((text) => valuesOf(field, text));
    const starts = list.filter(isPrefix).flatMap((text) => prefixesOf(field, text.slice(0, -1)));
    return [{ field, is, starts }];
  });
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : { all: tests };
}

export type CompiledCondition = Predicate;

export function compileCondition(condition: Condition): CompiledCondition {
  return predicateOf(treeOfCondition(condition));
}

function isPrefix(text: string): boolean {
  return text.endsWith("*");
}

/** The values that `text` may stand for: as it is, and as the value of a signal that is made from texts. */
export function valuesOf(signal: SignalName, text: string): readonly string[] {
  const lower = text.toLowerCase();
  if (lower === NONE) return [NONE];
  if (UPPER_CASE_SIGNALS.has(signal)) return [text.toUpperCase()];
  if (!TEXT_SIGNALS.has(signal)) return [lower];
  const value = signal === "affinity" ? tasteName(text) : toSignalValue(text).toLowerCase();
  return value === NONE ? [lower] : [lower, value];
}

/** The beginnings that `text` may stand for, in the same way. */
export function prefixesOf(signal: SignalName, text: string): readonly string[] {
  if (UPPER_CASE_SIGNALS.has(signal)) return [text.toUpperCase()];
  const folded = TEXT_SIGNALS.has(signal) ? prefixesOfText(text) : [];
  // A prefix of nothing but dashes is not the empty one, which every value begins with.
  return [text.toLowerCase(), ...folded.filter((prefix) => prefix !== "")];
}

/** `signals` may be partial, as a cluster's definition is: a signal that it leaves open does not match. */
export function matches(condition: CompiledCondition, signals: Partial<Signals>): boolean {
  return condition({ signals });
}
