/**
 * What one request was decided by, without who it was. A sample is weighted decision tuples, in a file one
 * JSON object a line: docs/decisions/0035-the-sample.md.
 */
import * as z from "zod/mini";
import { SERVED_AS, SERVED_REASONS, type ServedAs, type ServedReason } from "../protocol/served.ts";
import { generationNumber } from "../protocol/plausible.ts";
import { CLUSTER_ID, CONTEXT_ID } from "../protocol/wire.ts";
import { checkedBy, type Checked } from "../protocol/zod-issues.ts";
import { SIGNAL_NAMES, signalsSchema, type Signals } from "../signals/signals.ts";

/** What a tuple may have lost, so that nobody is recognised by it. */
export const FOLDABLE = [...SIGNAL_NAMES, "country", "cluster", "rule"] as const;
export type Foldable = (typeof FOLDABLE)[number];

export type DecisionTuple = {
  /** UTC minutes since 1970. */
  readonly minute: number;
  readonly context: string;
  readonly signals: Signals;
  /**
   * The viewer's, as rules ask for it: ISO 3166-1 alpha-2. Undefined where nobody knows it, or where it is
   * folded.
   */
  readonly country: string | undefined;
  readonly band: string;
  readonly as: ServedAs;
  readonly reason: ServedReason;
  /**
   * The visitor's own, which index or rule assigned. With `parent`, `generic` and `builtin` another one's
   * page stood in for it. Undefined where there was no index, or where it is folded.
   */
  readonly cluster: string | undefined;
  /** The name of the rule that decided; undefined where none did, or where it is folded. */
  readonly rule: string | undefined;
  /** Of the routing that the isolate obeyed. */
  readonly version: number;
  readonly holdout: boolean;
  /** The viewer's state was known, so that `tailored` is possible. */
  readonly known: boolean;
  /** How many requests it stands for: 1 or more, and no whole number. */
  readonly weight: number;
  /**
   * What is folded: a signal has `other` (or what its vocabulary has for "nothing") in place of its value,
   * and the others are undefined. Whoever asks for it has to say that the sample cannot tell. Absent:
   * nothing.
   */
  readonly folded?: readonly Foldable[] | undefined;
};

/** Reads a sample by time. @public */
export type SampleReader = {
  /** UTC days with tuples, as `2026-07-10`, ascending. */
  readonly days: () => string[];
  /** From `fromMs` until before `untilMs`, in the order of their minutes. */
  readonly tuples: (fromMs: number, untilMs: number) => Iterable<DecisionTuple>;
};

/** The year 2100. */
export const MAX_MINUTE = 68_374_080;
/** More than anybody serves in a day. */
export const MAX_WEIGHT = 1e12;
export const MAX_RULE_CHARACTERS = 128;
/** Twice as many as the longest tuple has. */
const MAX_LINE_CHARACTERS = 4096;

const tupleSchema = z.strictObject({
  minute: z.int().check(z.gte(0), z.lte(MAX_MINUTE)),
  context: z.string().check(z.regex(CONTEXT_ID, "must match [a-z0-9-]{1,32}")),
  signals: z.strictObject(signalsSchema.shape),
  country: z.optional(z.string().check(z.regex(/^[A-Z][A-Z0-9]$/, "must be two letters of ISO 3166-1"))),
  band: z.string().check(z.minLength(1), z.maxLength(32)),
  as: z.enum(SERVED_AS),
  reason: z.enum(SERVED_REASONS),
  cluster: z.optional(z.string().check(z.regex(CLUSTER_ID, "must match [a-z0-9._-]{1,64}"))),
  rule: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_RULE_CHARACTERS))),
  version: generationNumber,
  holdout: z.boolean(),
  known: z.boolean(),
  weight: z.number().check(z.gte(1), z.lte(MAX_WEIGHT)),
  folded: z.optional(z.array(z.enum(FOLDABLE)).check(z.minLength(1), z.maxLength(FOLDABLE.length))),
});

export function checkTuple(value: unknown): Checked<DecisionTuple> {
  const checked = checkedBy(tupleSchema, value);
  if (!checked.ok) return checked;
  const { country, cluster, rule } = checked.value;
  return { ok: true, value: { ...checked.value, country, cluster, rule } };
}

/** One line, without its end. What is undefined is left out. */
export function formatTuple(tuple: DecisionTuple): string {
  return JSON.stringify(tuple);
}

/** `line` with or without its end. Never throws. */
export function parseTuple(line: string): Checked<DecisionTuple> {
  if (line.length > MAX_LINE_CHARACTERS)
    return { ok: false, issues: [{ key: "", reason: `is longer than ${MAX_LINE_CHARACTERS} characters` }] };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, issues: [{ key: "", reason: "is no JSON object on one line" }] };
  }
  return checkTuple(value);
}
