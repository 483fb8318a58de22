/**
 * Turns the text of the operator's routing file (TOML or JSON) into validated routing, or into all errors
 * with their keys. Pure.
 */
import { parse, TomlError } from "smol-toml";
import { reasonOf } from "../protocol/reason-of.ts";
import { parseRouting, type Routing } from "./routing.ts";
import { lineOfRule } from "./rule-line.ts";
import type { Issue } from "../protocol/zod-issues.ts";

/** `line` (from 1) is given where it is known. */
export type RoutingIssue = Issue & { readonly line?: number };

export type RoutingTextResult =
  | { readonly ok: true; readonly routing: Routing }
  | { readonly ok: false; readonly issues: readonly RoutingIssue[] };

export function parseRoutingText(text: string, format: "toml" | "json"): RoutingTextResult {
  const read = parseText(text, format);
  return read.ok ? parseRouting(read.value) : read;
}

/** Adds the lines on which a TOML file sets the keys of its rules. */
export function withRuleLines(
  issues: readonly Issue[],
  text: string,
  format: "toml" | "json",
): readonly RoutingIssue[] {
  if (format === "json") return issues;
  return issues.map((issue) => {
    const [, rule, key] = /^rules\[(\d+)\]\.(\w+)$/.exec(issue.key) ?? [];
    const line = rule === undefined || key === undefined ? undefined : lineOfRule(text, Number(rule), key);
    return line === undefined ? issue : { ...issue, line };
  });
}

/** Parses any of the operator's files, without a schema. */
export function parseText(
  text: string,
  format: "toml" | "json",
): { ok: true; value: unknown } | { ok: false; issues: readonly RoutingIssue[] } {
  try {
    return { ok: true, value: format === "toml" ? parse(text) : JSON.parse(text) };
  } catch (error) {
    return { ok: false, issues: [toIssue(error)] };
  }
}

function toIssue(error: unknown): RoutingIssue {
  // The message of smol-toml continues with an excerpt of the file.
  if (error instanceof TomlError) {
    const [reason = "is not TOML"] = error.message.replace("Invalid TOML document: ", "").split("\n");
    return { key: "", reason, line: error.line };
  }
  return { key: "", reason: reasonOf(error) };
}
