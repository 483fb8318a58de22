/** The tokens of a rule's `if`, each with its place. Pure. */
import { ExpressionError, type Span } from "./expression-error.ts";

export type Token =
  | { readonly kind: "name" | "number" | "sign"; readonly text: string; readonly span: Span }
  /** `text` is what stands between the quotes, without escapes. */
  | { readonly kind: "text"; readonly text: string; readonly span: Span }
  | { readonly kind: "end"; readonly text: ""; readonly span: Span };

const SPACE = /(?:\s|\/\/[^\n]*)+/y;
const NAME = /[A-Za-z_]\w*/y;
const NUMBER = /-?\d[\w.]*/y;
/** The longer sign first. */
const SIGN = /==|!=|&&|\|\||<=|>=|[!()[\],.=<>+\-*/%?:{}&|]/y;

export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const taken = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  for (;;) {
    at += taken(SPACE)?.length ?? 0;
    if (at >= source.length) break;
    const token = quotedToken(source, at) ?? plainToken(at, taken(NAME), taken(NUMBER), taken(SIGN));
    if (token === undefined) {
      const [sign = ""] = Array.from(source.slice(at));
      throw new ExpressionError(
        { start: at, end: at + sign.length },
        `${JSON.stringify(sign)} means nothing here`,
      );
    }
    tokens.push(token);
    at = token.span.end;
  }
  return [...tokens, { kind: "end", text: "", span: { start: source.length, end: source.length } }];
}

function plainToken(
  start: number,
  name: string | undefined,
  number: string | undefined,
  sign: string | undefined,
): Token | undefined {
  const text = name ?? number ?? sign;
  if (text === undefined) return undefined;
  const kind = name !== undefined ? "name" : number !== undefined ? "number" : "sign";
  return { kind, text, span: { start, end: start + text.length } };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** CEL's strings in single or double quotes, with the escapes that texts need. */
function quotedToken(source: string, start: number): Token | undefined {
  const quote = source[start];
  if (quote !== '"' && quote !== "'") return undefined;
  let text = "";
  let at = start + 1;
  while (source[at] !== quote) {
    const sign = source[at];
    if (sign === undefined || sign === "\n") {
      throw new ExpressionError({ start, end: at }, `the text has no closing ${quote}`);
    }
    if (sign !== "\\") {
      text += sign;
      at += 1;
      continue;
    }
    const escaped = escapeAt(source, at);
    text += escaped.text;
    at += escaped.length;
  }
  return { kind: "text", text, span: { start, end: at + 1 } };
}

function escapeAt(source: string, at: number): { readonly text: string; readonly length: number } {
  const sign = source[at + 1] ?? "";
  const plain = ESCAPES[sign];
  if (plain !== undefined) return { text: plain, length: 2 };
  const [whole, digits] = /^\\u([0-9a-fA-F]{4})/.exec(source.slice(at, at + 6)) ?? [];
  if (whole === undefined || digits === undefined) {
    throw new ExpressionError(
      { start: at, end: at + 2 },
      `\\${sign} is no escape: \\" \\' \\\\ \\n \\r \\t \\u0041`,
    );
  }
  return { text: String.fromCodePoint(Number.parseInt(digits, 16)), length: whole.length };
}
