/**
 * What the rules of a file mean: expressions are compiled, times read, names told apart. Each fault is told,
 * also of rules that have others. Pure.
 */
import { PAGE_CONTEXTS, QUERY_CONTEXTS } from "../../protocol/wire.ts";
import { hintAt } from "../nearest-name.ts";
import type { ConditionTree } from "../rules/condition-tree.ts";
import { isTimeZone, SAME_BAND } from "../routing.ts";
import { nameOfRule, type Rule } from "../rules/rule-schema.ts";
import { compileExpression } from "./expression/compile-expression.ts";
import { readInstant } from "./local-time.ts";
import type { Path } from "./positions.ts";
import type { RoutingIssue, RoutingText } from "./read-file.ts";
import type { FileRule } from "./routing-file.ts";

export const CONTEXTS: readonly string[] = [...PAGE_CONTEXTS, ...QUERY_CONTEXTS];

type Meaning = {
  readonly tree?: ConditionTree | undefined;
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
};

export type ReadRules = {
  /** What the schema cannot say of each rule, in their order. */
  readonly meanings: readonly Meaning[];
  readonly issues: readonly RoutingIssue[];
};

/**
 * The file's values need not fit the schema: what has another type is passed over, since the schema tells.
 */
export function readRules(file: RoutingText): ReadRules {
  const { rules: written, bands, time_zone: timeZone } = asRecord(file.value);
  const rules = asList(written).map(asRecord);
  const bandNames = asList(bands).map((band) => String(asRecord(band)["name"]));
  const reader = new RuleReader(
    file,
    bandNames,
    typeof timeZone === "string" && isTimeZone(timeZone) ? timeZone : "UTC",
  );
  const meanings = rules.map((rule, at) => reader.read(rule, ["rules", at]));
  const sameBands = (["from", "name"] as const).flatMap((key) => sameBandsBy(file, key, asList(bands)));
  return { meanings, issues: [...reader.issues, ...sameNames(file, rules), ...sameBands] };
}

/** As it is published. The file's rule has no faults. */
export function publishedRule(rule: FileRule, { tree, fromMs, untilMs }: Meaning): Rule {
  const { name, when, then, contexts, share, allow_unknown } = rule;
  const whole = { name, when, if: tree, then, fromMs, untilMs, contexts, share, allow_unknown };
  // Absent keys are left out, so that an older edge knows each key of most files.
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as Rule;
}

class RuleReader {
  readonly issues: RoutingIssue[] = [];
  readonly #file: RoutingText;
  readonly #bands: readonly string[];
  readonly #timeZone: string;

  constructor(file: RoutingText, bands: readonly string[], timeZone: string) {
    this.#file = file;
    this.#bands = bands;
    this.#timeZone = timeZone;
  }

  read(rule: Readonly<Record<string, unknown>>, path: Path): Meaning {
    this.#contexts(rule["contexts"], path);
    const fromMs = this.#instant(rule["from"], [...path, "from"]);
    const untilMs = this.#instant(rule["until"], [...path, "until"]);
    if (fromMs !== undefined && untilMs !== undefined && fromMs >= untilMs) {
      this.issues.push(this.#file.atValue([...path, "until"], "must be later than from"));
    }
    return { tree: this.#condition(rule, path), fromMs, untilMs };
  }

  #condition(rule: Readonly<Record<string, unknown>>, path: Path): ConditionTree | undefined {
    const { when, if: source } = rule;
    const isWhole = this.#file.syntaxIssues.length === 0 && Object.keys(rule).length > 0;
    if (when !== undefined && source !== undefined) {
      this.issues.push(
        this.#file.atKey([...path, "if"], "the rule has a `when`: only one of the two may stand"),
      );
    }
    if (when === undefined && source === undefined && isWhole) {
      this.issues.push(this.#file.atKey(path, "has neither `when` nor `if`: one of them is needed"));
    }
    if (typeof source !== "string") return undefined;
    const compiled = compileExpression(source, { bands: this.#bands, contexts: CONTEXTS });
    if (compiled.ok) return compiled.tree;
    for (const { span, reason } of compiled.issues) {
      this.issues.push(this.#file.atPart([...path, "if"], source, span, reason));
    }
    return undefined;
  }

  #contexts(contexts: unknown, path: Path): void {
    asList(contexts).forEach((context, at) => {
      if (typeof context !== "string" || CONTEXTS.includes(context)) return;
      const reason = `there is no context "${context}"${hintAt(context, CONTEXTS)} (there are ${CONTEXTS.join(", ")})`;
      this.issues.push(this.#file.atValue([...path, "contexts", at], reason));
    });
  }

  #instant(value: unknown, path: Path): number | undefined {
    if (value === undefined) return undefined;
    const instant = readInstant(value, this.#timeZone);
    if (instant.ok) return instant.ms;
    this.issues.push(this.#file.atValue(path, instant.reason));
    return undefined;
  }
}

/** Told at the later one, or at the one that has its name written. */
function sameNames(file: RoutingText, rules: readonly Readonly<Record<string, unknown>>[]): RoutingIssue[] {
  const known = new Map<string, number>();
  return rules.flatMap((rule, at) => {
    const written = rule["name"];
    const name = nameOfRule({ name: typeof written === "string" ? written : undefined }, at);
    const other = known.get(name);
    if (other === undefined) {
      known.set(name, at);
      return [];
    }
    const [told, same] = written === undefined ? [other, at] : [at, other];
    return [file.atValue(["rules", told, "name"], `"${name}" is the name of rule ${same + 1}`)];
  });
}

/** The schema tells it only where nothing else is wrong with the bands. */
function sameBandsBy(file: RoutingText, key: "name" | "from", bands: readonly unknown[]): RoutingIssue[] {
  const values = bands.map((band) => asRecord(band)[key]);
  return values.flatMap((value, at) =>
    typeof value === "string" && values.indexOf(value) < at
      ? [file.atValue(["bands", at, key], `${value} ${SAME_BAND[key]}`)]
      : [],
  );
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
