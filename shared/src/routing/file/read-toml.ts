/**
 * Reads TOML to the end although it has errors: what cannot be read is left out, a statement at a time, so
 * that all errors of a file are told at once. Pure.
 */
import { parse, TomlError } from "smol-toml";
import type { FileSpan } from "./positions.ts";

export type SyntaxIssue = { readonly span: FileSpan; readonly reason: string };

export type ReadText = {
  readonly value: unknown;
  /** The text that `value` was read from: blank where it could not be read, and as long as the file. */
  readonly text: string;
  readonly issues: readonly SyntaxIssue[];
};

const MAX_ISSUES = 20;

export function readToml(text: string): ReadText {
  const issues: SyntaxIssue[] = [];
  let left = text;
  for (;;) {
    const read = attempt(left);
    if (read.ok) return { value: read.value, text: left, issues };
    issues.push({ span: spanOfFault(left, read), reason: read.reason });
    if (issues.length === MAX_ISSUES) return { value: {}, text: "", issues };
    left = withoutFault(left, read);
  }
}

type Attempt =
  | { readonly ok: true; readonly value: unknown }
  /** `at` is an offset. */
  | { readonly ok: false; readonly at: number; readonly reason: string; readonly isUnclosed: boolean };

/** Such a fault may be noticed only where the next statement begins. */
const UNCLOSED = /^(?:expected comma|unfinished)/;

function attempt(text: string): Attempt {
  try {
    return { ok: true, value: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const at = offsetOf(text, error.line, error.column);
    const reason = reasonFor(error.message, text, at);
    return { ok: false, at, reason, isUnclosed: UNCLOSED.test(reason) };
  }
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) start = text.indexOf("\n", start) + 1;
  return Math.min(text.length, start + column - 1);
}

/** The message of smol-toml continues with an excerpt of the file. */
function reasonFor(message: string, text: string, at: number): string {
  const [reason = "is not TOML"] = message.replace("Invalid TOML document: ", "").split("\n");
  const isLineEnd = /^\r?(?:\n|$)/.test(text.slice(at, at + 2));
  if (reason.startsWith("control characters") && isLineEnd) return "the text ends without its closing quote";
  if (reason === "invalid value" && isLineEnd) return "a value is missing";
  if (reason === "illegal character in key") {
    return isLineEnd
      ? 'the line ends within a key: "=" or "]" is missing'
      : `${reason}: "=" is missing before it`;
  }
  if (reason === "invalid value" && /^[A-Za-z]/.test(text.slice(at))) return `${reason}: a text needs quotes`;
  return reason;
}

type Fault = Extract<Attempt, { ok: false }>;

/** The word that begins there; where a statement before it was not closed, the end of that one. */
function spanOfFault(text: string, { at, isUnclosed }: Fault): FileSpan {
  const before = text.slice(0, at);
  const isLineStart = /(?:^|\n)\s*$/.test(before);
  if (isUnclosed && isLineStart) {
    const end = before.trimEnd().length;
    return { start: Math.max(0, end - 1), end };
  }
  const word = /^[\w.-]+/.exec(text.slice(at, at + 64))?.[0].length ?? 1;
  return { start: at, end: Math.min(text.length, at + word) };
}

/** Blanks the line with the fault, or as much around it as must go so that reading comes further. */
function withoutFault(text: string, { at, isUnclosed }: Fault): string {
  const lines = text.split("\n");
  const line = text.slice(0, at).split("\n").length - 1;
  const begins = lastStatement(lines, line - 1);
  const table = nextHeader(lines, line + 1);
  const alone = [line, line + 1] as const;
  const more = [
    [begins, line + 1],
    [begins, table],
  ] as const;
  const header = /^\s*\[+\s*([\w-]*)/.exec(lines[line] ?? "");
  // Below a broken header the keys belong to no table, and neither do the tables within it.
  if (header !== null) return blanked(lines, line, nextHeader(lines, line + 1, header[1]));
  const ways = isUnclosed ? [[begins, line] as const, alone, ...more] : [alone, ...more];
  let best = "";
  let furthest = -1;
  for (const [from, until] of ways) {
    if (until <= from) continue;
    const left = blanked(lines, from, until);
    const read = attempt(left);
    const reach = read.ok ? text.length + 1 : read.at;
    if (reach > furthest) [best, furthest] = [left, reach];
    // What is wrong further down is another fault, unless this one reached over it.
    if (!isUnclosed && reach > at + (lines[line]?.length ?? 0)) break;
  }
  return best;
}

function blanked(lines: readonly string[], from: number, until: number): string {
  return lines.map((line, at) => (at < from || at >= until ? line : blank(line))).join("\n");
}

function blank(line: string): string {
  return " ".repeat(line.length);
}

const STATEMENT = /^\s*(?:\[|[\w"'.-]+\s*=)/;

function lastStatement(lines: readonly string[], from: number): number {
  for (let at = from; at >= 0; at -= 1) if (STATEMENT.test(lines[at] ?? "")) return at;
  return 0;
}

/** `within`: the table whose own tables do not count. */
function nextHeader(lines: readonly string[], from: number, within?: string): number {
  for (let at = from; at < lines.length; at += 1) {
    const [, outer, dot] = /^\s*\[+\s*([\w-]*)(\.?)/.exec(lines[at] ?? "") ?? [];
    if (outer !== undefined && (dot === "" || outer !== within)) return at;
  }
  return lines.length;
}
