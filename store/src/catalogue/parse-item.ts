/**
 * Validates an item from a request or a file: the result is a whole item, or a list of everything wrong with
 * it. Pure.
 */
import { itemSchema, type Item } from "@spillway/shared/protocol/catalogue.ts";
import { cleanGenres } from "./clean-genres.ts";
import { toIssues, type Issue } from "@spillway/shared/protocol/zod-issues.ts";

export type ItemResult =
  | { readonly ok: true; readonly item: Item }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export const ITEM_FIELDS: ReadonlySet<string> = new Set(Object.keys(itemSchema.shape));

/** Pairs of fields that hold the start and the (exclusive) end of a period. */
const WINDOWS = [
  ["availableFrom", "availableUntil"],
  ["startsAt", "endsAt"],
] as const;

/** Unknown fields are ignored; the caller decides what to do with them. */
export function parseItem(value: Readonly<Record<string, unknown>>): ItemResult {
  const parsed = itemSchema.safeParse(value);
  if (!parsed.success) {
    const issues = toIssues(parsed.error).map((issue) =>
      value[issue.key] === undefined && ITEM_FIELDS.has(issue.key)
        ? { key: issue.key, reason: "is missing" }
        : issue,
    );
    return { ok: false, issues };
  }
  const item = { ...parsed.data, genres: cleanGenres(parsed.data.genres) };
  const issues = WINDOWS.flatMap(([from, until]) => {
    const [start, end] = [item[from], item[until]];
    const empty = start !== undefined && end !== undefined && Date.parse(start) >= Date.parse(end);
    return empty ? [{ key: until, reason: `must be later than ${from}` }] : [];
  });
  return issues.length > 0 ? { ok: false, issues } : { ok: true, item };
}
