/** An item as somebody hands it in → a whole item, or everything that is wrong with it. Pure. */
import { itemSchema, type Item } from "@spillway/shared/protocol/catalogue.ts";
import { toIssues, type Issue } from "@spillway/shared/protocol/zod-issues.ts";

export type ItemResult =
  | { readonly ok: true; readonly item: Item }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export const ITEM_FIELDS: ReadonlySet<string> = new Set(Object.keys(itemSchema.shape));

/** Start and end, the end exclusive. */
const WINDOWS = [
  ["availableFrom", "availableUntil"],
  ["startsAt", "endsAt"],
] as const;

/** Fields that no item has are the caller's to judge. */
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
  const item = parsed.data;
  const issues = WINDOWS.flatMap(([from, until]) => {
    const [start, end] = [item[from], item[until]];
    const empty = start !== undefined && end !== undefined && Date.parse(start) >= Date.parse(end);
    return empty ? [{ key: until, reason: `must be later than ${from}` }] : [];
  });
  return issues.length > 0 ? { ok: false, issues } : { ok: true, item };
}
