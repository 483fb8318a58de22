/** Validation errors as values: the key, and what is wrong with its value. */
import { en } from "zod/locales";
import * as z from "zod/mini";

// Workers have no `eval`, so zod must not try to compile its parsers.
z.config({
  ...en(),
  jitless: true,
  customError: (issue) => (issue.input === undefined ? "is missing" : undefined),
});

export type Issue = {
  /** A path such as `bands[1].from`; empty for the whole document. */
  readonly key: string;
  readonly reason: string;
};

export function toIssues(error: z.core.$ZodError): Issue[] {
  return error.issues.map((issue) => ({ key: toKey(issue.path), reason: issue.message }));
}

function toKey(path: readonly PropertyKey[]): string {
  return path.reduce<string>((key, part) => {
    if (typeof part === "number") return `${key}[${part}]`;
    return key === "" ? String(part) : `${key}.${String(part)}`;
  }, "");
}
