/** What is wrong with a file's keys, types and single values: the schema's issues, with their places. */
import type * as z from "zod/mini";
import { SIGNAL_NAMES } from "../../signals/signals.ts";
import { writtenReason } from "../../protocol/plain-issue.ts";
import { conditionSchema, VOCABULARIES } from "../condition.ts";
import { hintAt } from "../nearest-name.ts";
import { asRecord } from "./file-rules.ts";
import type { Path } from "./positions.ts";
import type { RoutingIssue, RoutingText } from "./read-file.ts";
import { keysOfTable, outerTableWith, routingFileSchema } from "./routing-file.ts";

/** `file.value` need not be whole: where it is not, nothing is said to be missing. */
export function shapeIssues(file: RoutingText): readonly RoutingIssue[] {
  const parsed = routingFileSchema.safeParse(file.value, { error: writtenReason });
  if (parsed.success) return [];
  const isWhole = file.syntaxIssues.length === 0;
  return parsed.error.issues.flatMap((issue) => {
    const value = valueAt(file.value, issue.path);
    // Who has written a signal wrongly has named one.
    if (isConditionOf(issue) && Object.keys(asRecord(value)).length > 0) return [];
    if (value === undefined) return isWhole ? [file.atKey(issue.path, issue.message)] : [];
    return issuesOf(file, issue, value);
  });
}

function isConditionOf({ code, path }: z.core.$ZodIssue): boolean {
  return code === "custom" && path.length === 3 && path[0] === "rules" && path[2] === "when";
}

function issuesOf(file: RoutingText, issue: z.core.$ZodIssue, value: unknown): readonly RoutingIssue[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => file.atKey([...path, key], unknownKeyReason(file, path, key)));
  }
  const signal = path[0] === "rules" && path[2] === "when" ? signalOf(path[3]) : undefined;
  if (signal !== undefined) return patternIssues(file, path.slice(0, 4), signal, issue.message);
  const hint =
    issue.code === "invalid_value" && typeof value === "string"
      ? hintAt(value, issue.values.map(String))
      : "";
  return [file.atValue(path, `${issue.message}${hint}${listHint(file, issue, value)}`)];
}

/** In TOML, one pair of brackets too few makes a list a table. */
function listHint(file: RoutingText, issue: z.core.$ZodIssue, value: unknown): string {
  const isTable =
    issue.code === "invalid_type" && issue.expected === "array" && Object.keys(asRecord(value)).length > 0;
  if (!isTable || file.format === "json") return "";
  return `: write [[${issue.path.filter((part) => typeof part === "string").join(".")}]]`;
}

/** Whoever adds a key at the end of a TOML file adds it to the table that stands last. */
function unknownKeyReason(file: RoutingText, path: Path, key: string): string {
  const { otherwise, keys } = keysOfTable(path);
  const outer = outerTableWith(key, path);
  if (outer === undefined) return `${otherwise}${hintAt(key, keys)}`;
  const known = `${otherwise}; it is a key of ${outer}`;
  if (file.format === "json") return known;
  return `${known}: write it above ${outer}'s first table, since TOML reads a key as part of the table above it`;
}

type SignalName = (typeof SIGNAL_NAMES)[number];

function signalOf(part: PropertyKey | undefined): SignalName | undefined {
  return SIGNAL_NAMES.find((name) => name === part);
}

/** Names each pattern of a list that is wrong, and not the whole list. */
function patternIssues(
  file: RoutingText,
  path: Path,
  signal: SignalName,
  message: string,
): readonly RoutingIssue[] {
  const value = valueAt(file.value, path);
  const patterns: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = patterns.flatMap((pattern, at) => {
    const parsed = conditionSchema.safeParse({ [signal]: pattern });
    if (parsed.success) return [];
    const reason = parsed.error.issues[0]?.message ?? message;
    const known = VOCABULARIES[signal];
    const hint =
      known !== undefined && typeof pattern === "string" ? hintAt(pattern.replace(/\*$/, ""), known) : "";
    return [file.atValue(Array.isArray(value) ? [...path, at] : path, `${reason}${hint}`)];
  });
  // Too long a list, or an empty one.
  return wrong.length > 0 ? wrong : [file.atValue(path, message)];
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Readonly<Record<PropertyKey, unknown>>)[part]
        : undefined,
    value,
  );
}
