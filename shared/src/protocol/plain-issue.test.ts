import * as z from "zod/mini";
import { expect, test } from "vitest";
import { writtenReason } from "./plain-issue.ts";
import { checkedBy } from "./zod-issues.ts";

const SCHEMA = z.strictObject({
  text: z.optional(z.string().check(z.minLength(1), z.maxLength(3))),
  number: z.optional(z.number().check(z.gte(0), z.lte(9))),
  whole: z.optional(z.int()),
  flag: z.optional(z.boolean()),
  list: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(2))),
  table: z.optional(z.strictObject({})),
  choice: z.optional(z.enum(["a", "b"])),
  form: z.optional(z.string().check(z.regex(/^x$/))),
  either: z.optional(z.union([z.string(), z.number()])),
});

const missing = (value: object): string[] => reasonsOf(z.strictObject({ needed: z.string() }), value);

function reasonsOf(schema: z.ZodMiniType, value: object): string[] {
  const checked = checkedBy(schema, value);
  return checked.ok ? [] : checked.issues.map(({ key, reason }) => `${key} ${reason}`.trim());
}

function writtenReasons(value: object): string[] {
  const parsed = SCHEMA.safeParse(value, { error: writtenReason });
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
}

test.each<[object, plain: string, written: string]>([
  [{ text: 5 }, "text must be a text, not a number", "must be a text, not 5"],
  [{ text: "" }, "text must not be empty", "must not be empty"],
  [{ text: "long" }, "text must have at most 3 characters", "must have at most 3 characters"],
  [{ number: "half" }, "number must be a number, not a text", 'must be a number, not the text "half"'],
  [
    { number: "0.5" },
    "number must be a number, not a text",
    'must be a number, not the text "0.5": without quotes',
  ],
  [{ number: null }, "number must be a number, not null", "must be a number, not null"],
  [{ number: -1 }, "number must be at least 0", "must be at least 0, not -1"],
  [{ number: 10 }, "number must be at most 9", "must be at most 9, not 10"],
  [{ number: Infinity }, "number must be a number", "must be a number, not Infinity"],
  [{ whole: 0.5 }, "whole must be a whole number", "must be a whole number, not 0.5"],
  [
    { flag: "true" },
    "flag must be true or false, not a text",
    'must be true or false, not the text "true": without quotes',
  ],
  [{ flag: 1 }, "flag must be true or false, not a number", "must be true or false, not 1"],
  [{ list: "x" }, "list must be a list, not a text", 'must be a list, not the text "x"'],
  [{ list: [] }, "list must not be empty", "must not be empty"],
  [{ list: ["a", "b", "c"] }, "list must have at most 2 entries", "must have at most 2 entries"],
  [{ table: ["x"] }, "table must be keys with values, not a list", "must be keys with values, not a list"],
  [{ choice: "c" }, 'choice must be one of "a", "b"', 'must be one of "a", "b", not the text "c"'],
  [{ form: "y" }, "form must have the form /^x$/", "must have the form /^x$/"],
  [
    { either: true },
    "either has none of the forms that it may have here",
    "has none of the forms that it may have here",
  ],
  [{ other: 1 }, 'must not have "other"', 'must not have "other"'],
])("%j: what was expected, and what was found", (value, plain, written) => {
  expect(reasonsOf(SCHEMA, value)).toEqual([plain]);
  expect(writtenReasons(value)).toEqual([written]);
});

test("what is missing is said to be", () => {
  expect(missing({})).toEqual(["needed is missing"]);
});
