/** The operator's routing file, TOML or JSON, as text → validated routing, or every error with its key. Pure. */
import { parse, TomlError } from "smol-toml";
import { parseRouting, type Routing } from "./routing.ts";
import type { Issue } from "../protocol/zod-issues.ts";

/** `line` (from 1) where the text itself cannot be read. */
export type RoutingIssue = Issue & { readonly line?: number };

export type RoutingTextResult =
  | { readonly ok: true; readonly routing: Routing }
  | { readonly ok: false; readonly issues: readonly RoutingIssue[] };

export function parseRoutingText(text: string, format: "toml" | "json"): RoutingTextResult {
  const read = parseText(text, format);
  return read.ok ? parseRouting(read.value) : read;
}

/** A file of the operator's, as whatever it holds. */
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
  // smol-toml's message goes on with an excerpt of the file.
  if (error instanceof TomlError) {
    const [reason = "is not TOML"] = error.message.replace("Invalid TOML document: ", "").split("\n");
    return { key: "", reason, line: error.line };
  }
  return { key: "", reason: error instanceof Error ? error.message : String(error) };
}
