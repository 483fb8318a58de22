/**
 * A rule's `if` → the closed tree that the edge interprets, or all that is wrong with its types and values.
 * Comparing follows `when`: letter case does not count, and a taste group stands for its segments. Pure.
 */
import { hintAt } from "../../nearest-name.ts";
import {
  CONDITION_FIELDS,
  isConditionTree,
  MAX_TREE_NODES,
  MAX_TREE_TEXTS,
  type ConditionField,
  type ConditionTree,
} from "../../rules/condition-tree.ts";
import { resolveStart, resolveValue, type OpenVocabularies } from "../vocabularies.ts";
import { ExpressionError, type ExpressionIssue, type Span } from "./expression-error.ts";
import { parseExpression, type Expression } from "./parse-expression.ts";

const MAX_EXPRESSION_LENGTH = 8_192;

export type CompiledExpression =
  | { readonly ok: true; readonly tree: ConditionTree }
  | { readonly ok: false; readonly issues: readonly ExpressionIssue[] };

export function compileExpression(source: string, open: OpenVocabularies): CompiledExpression {
  const whole = { start: 0, end: source.length };
  if (source.length > MAX_EXPRESSION_LENGTH) {
    return refused([{ span: whole, reason: `must be at most ${MAX_EXPRESSION_LENGTH} characters` }]);
  }
  const checker = new Checker(open);
  try {
    const tree = checker.condition(parseExpression(source));
    if (tree === undefined) return refused(checker.issues);
    if (isConditionTree(tree)) return { ok: true, tree };
  } catch (error) {
    if (error instanceof ExpressionError) return refused([error]);
    throw error;
  }
  const reason = `is too large: at most ${MAX_TREE_NODES} parts and ${MAX_TREE_TEXTS} texts`;
  return refused([{ span: whole, reason }]);
}

function refused(issues: readonly ExpressionIssue[]): CompiledExpression {
  return { ok: false, issues: issues.map(({ span, reason }) => ({ span, reason })) };
}

const FIELDS: ReadonlySet<string> = new Set(CONDITION_FIELDS);

/** Each method returns undefined where it has told an issue. */
class Checker {
  readonly issues: ExpressionIssue[] = [];
  readonly #open: OpenVocabularies;

  constructor(open: OpenVocabularies) {
    this.#open = open;
  }

  condition(expression: Expression): ConditionTree | undefined {
    switch (expression.kind) {
      case "logic": {
        const parts = expression.parts.map((part) => this.condition(part));
        if (!parts.every((part) => part !== undefined)) return undefined;
        return expression.sign === "&&" ? { all: parts } : { any: parts };
      }
      case "not": {
        const { of } = expression;
        if (of.kind === "name" && FIELDS.has(of.text)) {
          return this.#tell(
            of.span,
            `${of.text} is a text, and "!" needs a condition: write ${of.text} != "…"`,
          );
        }
        const inner = this.condition(of);
        return inner && { not: inner };
      }
      case "compare":
        return expression.sign === "in" ? this.#isIn(expression) : this.#equals(expression);
      case "call":
        return this.#begins(expression);
      case "name":
        return this.#bareName(expression.text, expression.span);
      case "text":
        return this.#tell(expression.span, "a text is no condition: compare a signal with it");
      case "number":
      case "list":
        return this.#tell(expression.span, `a ${expression.kind} is no condition`);
    }
  }

  #bareName(name: string, span: Span): undefined {
    const field = this.#field(name, span);
    if (field === undefined) return undefined;
    return this.#tell(span, `${field} is a text and no condition: compare it, as in ${field} == "…"`);
  }

  #equals({ sign, left, right, span }: Extract<Expression, { kind: "compare" }>): ConditionTree | undefined {
    const isReversed = left.kind === "text" && right.kind === "name";
    const [named, other] = isReversed ? [right, left] : [left, right];
    if (named.kind === "text" && other.kind === "text") {
      return this.#tell(span, "compares two texts: one side must be a signal, context, band or country");
    }
    const field = this.#fieldOf(named);
    if (other.kind === "name") {
      const second = this.#field(other.text, other.span);
      if (field === undefined || second === undefined) return undefined;
      return this.#tell(
        other.span,
        `${field} can be compared with a text only: did you mean "${other.text}" in quotes?`,
      );
    }
    if (other.kind === "list")
      return this.#tell(other.span, `${sign} compares with one text; for a list, write in`);
    const values = field && this.#values(field, [other]);
    if (field === undefined || values === undefined) return undefined;
    const test: ConditionTree = { field, is: values };
    return sign === "==" ? test : { not: test };
  }

  #isIn({ left, right }: Extract<Expression, { kind: "compare" }>): ConditionTree | undefined {
    const field = this.#fieldOf(left);
    if (right.kind !== "list") return this.#tell(right.span, 'in needs a list, such as ["social", "ad"]');
    if (right.items.length === 0) return this.#tell(right.span, "nothing is in an empty list");
    const values = field && this.#values(field, right.items);
    return field === undefined || values === undefined ? undefined : { field, is: values };
  }

  #begins({
    target,
    method,
    methodSpan,
    given,
  }: Extract<Expression, { kind: "call" }>): ConditionTree | undefined {
    const field = this.#fieldOf(target);
    if (method !== "startsWith") return this.#tell(methodSpan, noMethod(method));
    const [start, ...more] = given;
    if (start?.kind !== "text" || more.length > 0) {
      return this.#tell(start?.span ?? methodSpan, "startsWith takes one text");
    }
    if (field === undefined) return undefined;
    const resolved = resolveStart(field, start.value, this.#open);
    if (!resolved.ok) return this.#tell(start.span, resolved.reason);
    const { values, isWhole = false } = resolved;
    return isWhole ? { field, is: values } : { field, starts: values };
  }

  #fieldOf(expression: Expression): ConditionField | undefined {
    if (expression.kind === "name") return this.#field(expression.text, expression.span);
    const reason =
      expression.kind === "text"
        ? `a text must not stand here; there are ${CONDITION_FIELDS.join(", ")}`
        : "only a signal, context, band or country can be compared";
    return this.#tell(expression.span, reason);
  }

  #field(name: string, span: Span): ConditionField | undefined {
    const field = CONDITION_FIELDS.find((known) => known === name);
    if (field !== undefined) return field;
    const hint = hintAt(name, CONDITION_FIELDS);
    return this.#tell(span, `there is no signal ${name}${hint} (there are ${CONDITION_FIELDS.join(", ")})`);
  }

  /** Tells of each text that the field cannot have. */
  #values(field: ConditionField, texts: readonly Expression[]): readonly string[] | undefined {
    const before = this.issues.length;
    const values = texts.flatMap((text) => {
      if (text.kind !== "text") {
        this.#tell(text.span, `${field} is a text: ${notText(text)}`);
        return [];
      }
      const resolved = resolveValue(field, text.value, this.#open);
      if (resolved.ok) return resolved.values;
      this.#tell(text.span, resolved.reason);
      return [];
    });
    return this.issues.length > before ? undefined : [...new Set(values)];
  }

  #tell(span: Span, reason: string): undefined {
    this.issues.push({ span, reason });
    return undefined;
  }
}

function notText(expression: Expression): string {
  if (expression.kind === "number") return `write "${expression.text}"`;
  if (expression.kind === "name") return `write "${expression.text}" in quotes`;
  return "a text in quotes must stand here";
}

function noMethod(method: string): string {
  if (method === "matches") return "there are no regular expressions: write startsWith, ==, or in";
  return `there is no method ${method}${hintAt(method, ["startsWith"])} (there is startsWith)`;
}
