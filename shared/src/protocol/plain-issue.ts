/** What is wrong with a value, in plain words: what was expected, and what was found. Pure. */
import type * as z from "zod/mini";

type Issue = z.core.$ZodRawIssue;

const NOUNS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "keys with values",
  record: "keys with values",
  date: "a time",
};

const UNITS: Readonly<Record<string, string>> = { string: "characters", array: "entries" };

/** Longer texts are cut. */
const MAX_SHOWN = 40;

/** Such as `must be a number, not a text`. It repeats no value, which may be somebody's name or id. */
export function plainReason(issue: Issue): string {
  const expected = expectedBy(issue);
  const found = kindOf(issue.input);
  const isOtherKind = issue.code === "invalid_type" && found !== NOUNS[typeOf(issue.expected)];
  return isOtherKind ? `${expected}, not ${found}` : expected;
}

/**
 * Such as `must be a number, not the text "half"`, for whoever has written the value. Undefined for what is
 * missing.
 */
export function writtenReason(issue: Issue): string | undefined {
  const { code, input } = issue;
  if (input === undefined) return undefined;
  const isAbout = code === "invalid_type" || code === "invalid_value" || typeof input === "number";
  return isAbout ? `${expectedBy(issue)}, not ${valueText(input)}${hint(issue)}` : expectedBy(issue);
}

function hint(issue: Issue): string {
  const { input } = issue;
  if (issue.code !== "invalid_type" || typeof input !== "string") return "";
  const isMeant =
    issue.expected === "boolean"
      ? input === "true" || input === "false"
      : typeOf(issue.expected) === "number" && input.trim() !== "" && Number.isFinite(Number(input));
  return isMeant ? ": without quotes" : "";
}

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${NOUNS[issue.expected] ?? issue.expected}`;
    case "invalid_value": {
      const values = issue.values.map((value) => JSON.stringify(value));
      return `must be ${values.length === 1 ? "" : "one of "}${values.join(", ")}`;
    }
    case "too_big":
      return bound(issue.origin, issue.inclusive === false ? "less than" : "at most", issue.maximum);
    case "too_small":
      return issue.minimum === 1 && UNITS[issue.origin] !== undefined
        ? "must not be empty"
        : bound(issue.origin, issue.inclusive === false ? "more than" : "at least", issue.minimum);
    case "invalid_format":
      return `must have the form ${issue.pattern ?? issue.format}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `must not have ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return "has none of the forms that it may have here";
  }
}

function bound(origin: string, how: string, count: number | bigint): string {
  const unit = UNITS[origin];
  return unit === undefined ? `must be ${how} ${count}` : `must have ${how} ${count} ${unit}`;
}

function typeOf(expected: string): string {
  return expected === "int" ? "number" : expected;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a time";
  return NOUNS[typeof value] ?? typeof value;
}

function valueText(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return kindOf(value);
  return `the text ${JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value)}`;
}
