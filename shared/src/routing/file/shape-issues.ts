/** What is wrong with a file's keys, types and single values: the schema's issues, with their places. */
import type * as z from "zod/mini";
import { SIGNAL_NAMES } from "../../signals/signals.ts";
import { conditionSchema, VOCABULARIES } from "../condition.ts";
import { hintAt } from "../nearest-name.ts";
import { asRecord } from "./file-rules.ts";
import type { Path } from "./positions.ts";
import type { RoutingIssue, RoutingText } from "./read-file.ts";
import { keysOfTable, routingFileSchema } from "./routing-file.ts";

/** `file.value` need not be whole: where it is not, nothing is said to be missing. */
export function shapeIssues(file: RoutingText): readonly RoutingIssue[] {
  const parsed = routingFileSchema.safeParse(file.value);
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
    const { otherwise, keys } = keysOfTable(path);
    return issue.keys.map((key) => file.atKey([...path, key], `${otherwise}${hintAt(key, keys)}`));
  }
  const signal = path[0] === "rules" && path[2] === "when" ? signalOf(path[3]) : undefined;
  if (signal !== undefined) return patternIssues(file, path.slice(0, 4), signal, issue.message);
  const hint =
    issue.code === "invalid_value" && typeof value === "string"
      ? hintAt(value, issue.values.map(String))
      : "";
  return [file.atValue(path, `${issue.message}${hint}`)];
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
