/**
 * `--fail-if 'generic > 1%'`: conditions on a dry run, for a build that must not pass with them. A closed
 * grammar, and no expression language:
 *
 *     condition = what, ( ">" | ">=" | "<" | "<=" ), number, unit
 *     what      = rung | "changed" | "rule ", name | "origin load"
 *     unit      = "%" | "/s"                       "/s" for the origin's load alone
 *
 * A share is of all requests under the new rules; `changed` is the share whose outcome changes. The origin's load is what
 * is asked of it in its worst minute, a second, or in percent of that minute's threshold.
 */
import { SERVED_AS, type ServedAs } from "@spillway/shared/protocol/served.ts";
import type { Share } from "./estimate.ts";
import type { DryRunResult } from "./result.ts";

type Operator = ">" | ">=" | "<" | "<=";

export type FailIf = {
  readonly text: string;
  readonly what:
    | { readonly kind: "rung"; readonly as: ServedAs }
    | { readonly kind: "changed" }
    | { readonly kind: "rule"; readonly name: string }
    | { readonly kind: "origin-load"; readonly unit: "%" | "/s" };
  readonly operator: Operator;
  /** A share 0–1, or a rate. */
  readonly limit: number;
};

/**
 * `undecided`: the interval lies on both sides of the limit. That fails too: what a sample cannot exclude, a
 * build must not take for excluded.
 */
export type Verdict = {
  readonly condition: string;
  readonly verdict: "passes" | "fails" | "undecided";
  readonly measured: Share;
  readonly unit: "%" | "/s";
};

const FORM = /^\s*([^<>=]+?)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*(%|\/s)\s*$/;
const WHATS = `${SERVED_AS.join(", ")}, changed, rule NAME, origin load`;

/** Throws a RangeError that says what is wrong. */
export function parseFailIf(text: string): FailIf {
  const [, name, operator, number, unit] = FORM.exec(text) ?? [];
  if (name === undefined || operator === undefined || unit === undefined)
    throw new RangeError(
      `"${text}" is not of the form: WHAT > NUMBER%, with one of > >= < <=, such as generic > 1%`,
    );
  const what = whatOf(text, name, unit as "%" | "/s");
  return {
    text: text.trim(),
    what,
    operator: operator as Operator,
    limit: Number(number) / (unit === "%" ? 100 : 1),
  };
}

function whatOf(text: string, name: string, unit: "%" | "/s"): FailIf["what"] {
  if (/^origin\s+load$/.test(name)) return { kind: "origin-load", unit };
  if (unit === "/s") throw new RangeError(`"${text}": a share is in %; only the origin load has /s`);
  const as = SERVED_AS.find((rung) => rung === name);
  if (as !== undefined) return { kind: "rung", as };
  if (name === "changed") return { kind: "changed" };
  const [, rule] = /^rule\s+(\S.*)$/.exec(name) ?? [];
  if (rule !== undefined) return { kind: "rule", name: unquoted(rule) };
  throw new RangeError(`"${text}": "${name}" is none of ${WHATS}`);
}

function unquoted(name: string): string {
  return /^"(.+)"$/.exec(name)?.[1] ?? name;
}

/** Throws a RangeError where the new rules have no rule of that name. */
export function judge({ text, what, operator, limit }: FailIf, result: DryRunResult): Verdict {
  const measured = measure(text, what, result);
  const compare = (value: number): boolean => holds(value, operator, limit);
  const [low, high] = [compare(measured.low), compare(measured.high)];
  const verdict = low !== high ? "undecided" : low ? "fails" : "passes";
  return { condition: text, verdict, measured, unit: what.kind === "origin-load" ? what.unit : "%" };
}

function measure(
  text: string,
  what: FailIf["what"],
  { outcomes, changed, rules, origin }: DryRunResult,
): Share {
  const nothing: Share = { share: 0, low: 0, high: 1 };
  switch (what.kind) {
    case "rung":
      return outcomes.find(({ as }) => as === what.as)?.after ?? nothing;
    case "changed":
      return changed;
    case "rule": {
      const rule = rules.after.find(({ name }) => name === what.name);
      if (rule !== undefined) return rule;
      const names = rules.after.map(({ name }) => name).join(", ");
      throw new RangeError(
        `"${text}": there is no rule "${what.name}"${names === "" ? "" : `; there are ${names}`}`,
      );
    }
    case "origin-load": {
      const worst = origin.worstAfter;
      if (worst === undefined) return { share: 0, low: 0, high: Number.POSITIVE_INFINITY };
      const { askedPerSec, errorPerSec, thresholdPerSec } = worst;
      const unit = what.unit === "/s" ? 1 : (thresholdPerSec ?? Number.POSITIVE_INFINITY);
      const of = (perSec: number): number => (perSec === 0 ? 0 : Math.max(0, perSec) / unit);
      return {
        share: of(askedPerSec),
        low: of(askedPerSec - errorPerSec),
        high: of(askedPerSec + errorPerSec),
      };
    }
  }
}

function holds(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
  }
}
