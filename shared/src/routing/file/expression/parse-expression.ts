/**
 * Reads a rule's `if`: a closed subset of CEL (github.com/google/cel-spec, doc/langdef.md), by recursive
 * descent with CEL's precedence: `!`, then `== != in`, `&&`, `||`. Pure.
 *
 *     or    = and { "||" and }            unit  = "(" or ")" | text | list | name
 *     and   = test { "&&" test }          list  = "[" [ unit { "," unit } ] "]"
 *     test  = not [ ("==" | "!=" | "in") not ]
 *     not   = "!" not | unit { "." name "(" [ unit { "," unit } ] ")" }
 */
import { MAX_TREE_DEPTH } from "../../rules/condition-tree.ts";
import { ExpressionError, type Span } from "./expression-error.ts";
import { tokensOf, type Token } from "./tokens.ts";

export type Expression =
  | { readonly kind: "text"; readonly value: string; readonly span: Span }
  | { readonly kind: "number" | "name"; readonly text: string; readonly span: Span }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly span: Span }
  | {
      readonly kind: "logic";
      readonly sign: "&&" | "||";
      readonly parts: readonly Expression[];
      readonly span: Span;
    }
  | { readonly kind: "not"; readonly of: Expression; readonly span: Span }
  | {
      readonly kind: "compare";
      readonly sign: "==" | "!=" | "in";
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: "call";
      readonly target: Expression;
      readonly method: string;
      readonly methodSpan: Span;
      readonly given: readonly Expression[];
      readonly span: Span;
    };

/** Throws {@link ExpressionError} at the first place that does not fit. */
export function parseExpression(source: string): Expression {
  return new Parser(tokensOf(source)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    if (this.#next().kind === "end") throw new ExpressionError(this.#next().span, "is empty");
    const expression = this.#or();
    const rest = this.#next();
    if (rest.kind !== "end") throw new ExpressionError(rest.span, afterExpression(rest));
    return expression;
  }

  #or(): Expression {
    return this.#joined("||", () => this.#joined("&&", () => this.#test()));
  }

  #joined(sign: "&&" | "||", part: () => Expression): Expression {
    const parts = [part()];
    while (this.#take(sign) !== undefined) parts.push(part());
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    return { kind: "logic", sign, parts, span: wholeSpan(parts) };
  }

  #test(): Expression {
    const left = this.#not();
    const sign = this.#compareSign();
    if (sign === undefined) return left;
    const right = this.#not();
    const again = this.#next();
    if (this.#compareSign() !== undefined) {
      throw new ExpressionError(again.span, "only two can be compared: join comparisons by && or ||");
    }
    return { kind: "compare", sign, left, right, span: wholeSpan([left, right]) };
  }

  #compareSign(): "==" | "!=" | "in" | undefined {
    const { kind, text } = this.#next();
    if (text === "in" && kind === "name") {
      this.#at += 1;
      return "in";
    }
    if (this.#take("==") !== undefined) return "==";
    return this.#take("!=") === undefined ? undefined : "!=";
  }

  #not(): Expression {
    const sign = this.#take("!");
    if (sign === undefined) return this.#called(this.#unit());
    const of = this.#deeper(sign, () => this.#not());
    return { kind: "not", of, span: { start: sign.span.start, end: of.span.end } };
  }

  #called(target: Expression): Expression {
    let expression = target;
    while (this.#take(".") !== undefined) {
      const method = this.#next();
      if (method.kind !== "name") throw new ExpressionError(method.span, "the name of a method must follow");
      this.#at += 1;
      this.#must("(", `${method.text} must be called: ${method.text}("…")`);
      const { items, end } = this.#items(")");
      const span = { start: expression.span.start, end };
      expression = {
        kind: "call",
        target: expression,
        method: method.text,
        methodSpan: method.span,
        given: items,
        span,
      };
    }
    return expression;
  }

  #unit(): Expression {
    const token = this.#next();
    const { text, span } = token;
    if (token.kind === "text") {
      this.#at += 1;
      return { kind: "text", value: text, span };
    }
    if (token.kind === "name" || token.kind === "number") {
      if (text.toLowerCase() === "not") throw new ExpressionError(span, unexpected(token));
      this.#at += 1;
      const open = this.#next();
      if (token.kind === "name" && open.kind === "sign" && open.text === "(") {
        throw new ExpressionError(
          span,
          `there is no function ${text}: write a signal first, campaign.startsWith("…")`,
        );
      }
      return { kind: token.kind, text, span };
    }
    if (this.#take("(") !== undefined) {
      const inner = this.#deeper(token, () => this.#or());
      this.#must(")", 'a ")" is missing');
      return inner;
    }
    if (this.#take("[") !== undefined) {
      const { items, end } = this.#deeper(token, () => this.#items("]"));
      return { kind: "list", items, span: { start: span.start, end } };
    }
    throw new ExpressionError(span, unexpected(token));
  }

  #items(close: ")" | "]"): { readonly items: readonly Expression[]; readonly end: number } {
    const items: Expression[] = [];
    let closing = this.#take(close);
    while (closing === undefined) {
      items.push(this.#unit());
      closing = this.#take(close);
      // CEL allows a comma after the last item of a list.
      if (closing === undefined) {
        this.#must(",", `a "," or "${close}" is missing`);
        closing = close === "]" ? this.#take(close) : undefined;
      }
    }
    return { items, end: closing.span.end };
  }

  #deeper<Value>({ span }: Token, read: () => Value): Value {
    this.#depth += 1;
    if (this.#depth > MAX_TREE_DEPTH)
      throw new ExpressionError(span, `is nested more than ${MAX_TREE_DEPTH} deep`);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #next(): Token {
    return this.#tokens[this.#at] ?? (this.#tokens.at(-1) as Token);
  }

  #take(sign: string): Token | undefined {
    const token = this.#next();
    if (token.kind !== "sign" || token.text !== sign) return undefined;
    this.#at += 1;
    return token;
  }

  #must(sign: string, otherwise: string): void {
    const token = this.#next();
    if (this.#take(sign) !== undefined) return;
    const isOther = token.kind !== "text" && MEANT[token.text] !== undefined;
    throw new ExpressionError(token.span, isOther ? afterExpression(token) : otherwise);
  }
}

function wholeSpan(parts: readonly Expression[]): Span {
  return { start: parts[0]?.span.start ?? 0, end: parts.at(-1)?.span.end ?? 0 };
}

const OPERATORS = "there are == != in && || ! and startsWith";
const MEANT: Readonly<Record<string, string>> = {
  "=": "==",
  "&": "&&",
  "|": "||",
  and: "&&",
  AND: "&&",
  or: "||",
  OR: "||",
  not: "!",
  NOT: "!",
  Not: "!",
  IN: "in",
};

function afterExpression({ kind, text }: Token): string {
  const meant = MEANT[text];
  if (meant !== undefined && kind !== "text") return `"${text}" is no operator; did you mean "${meant}"?`;
  if (kind === "sign" && !"()[],.".includes(text)) return `"${text}" is no operator: ${OPERATORS}`;
  if (text === ")") return 'there is no "(" to this ")"';
  return `&& or || is missing before ${kind === "text" ? JSON.stringify(text) : text}`;
}

function unexpected({ kind, text }: Token): string {
  if (kind === "end") return "ends where a signal or a text must follow";
  const meant = MEANT[text];
  return meant === undefined
    ? `a signal or a text must stand here, and not "${text}"`
    : `"${text}" is no operator; did you mean "${meant}"?`;
}
