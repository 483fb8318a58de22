/** Validation errors as values: the key, and what is wrong with its value. */
import * as z from "zod/mini";
import { plainReason } from "./plain-issue.ts";

// Workers have no `eval`, so zod must not try to compile its parsers.
z.config({
  localeError: plainReason,
  jitless: true,
  customError: (issue) => (issue.input === undefined ? "is missing" : undefined),
});

export type Issue = {
  /** A path such as `bands[1].from`; empty for the whole document. */
  readonly key: string;
  readonly reason: string;
};

/** A document that serving may rely on, or all that is wrong with it. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export function checkedBy<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
): Checked<z.infer<Schema>> {
  const parsed = schema.safeParse(value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, issues: toIssues(parsed.error) };
}

/** Enough to find the fault, in a log line that stays short. */
const MAX_LISTED = 3;

/** One line of text such as `nodes[3].parent must be …; and 12 more`. */
export function issuesLine(issues: readonly Issue[]): string {
  const listed = issues.slice(0, MAX_LISTED).map(({ key, reason }) => `${key} ${reason}`.trim());
  const more = issues.length - listed.length;
  return [...listed, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

export function toIssues(error: z.core.$ZodError): Issue[] {
  return error.issues.map((issue) => ({ key: toKey(issue.path), reason: issue.message }));
}

function toKey(path: readonly PropertyKey[]): string {
  return path.reduce<string>((key, part) => {
    if (typeof part === "number") return `${key}[${part}]`;
    return key === "" ? String(part) : `${key}.${String(part)}`;
  }, "");
}
