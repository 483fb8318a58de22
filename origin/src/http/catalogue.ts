/**
 * Answers `PATCH /catalogue`: adds and changes items, availability windows and takedowns; all of them or
 * none.
 */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { Hono } from "hono";
import * as z from "zod/mini";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { toIssues, type Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { markCatalogueChange } from "@spillway/store/catalogue/catalogue-change.ts";
import { itemById, upsertItems, type WrittenItem } from "@spillway/store/catalogue/items.ts";
import { ITEM_FIELDS, parseItem } from "@spillway/store/catalogue/parse-item.ts";
import { appendAudit } from "@spillway/store/operators/sqlite-audit.ts";
import { queueWrite } from "@spillway/store/write-queue.ts";
import { readJson } from "./body.ts";
import { auditEntry, type Change } from "./operators/audited.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse, refuseFor } from "./reply.ts";

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_ITEMS = 1000;

/** A patch has an item's id and any of its fields; null removes a field. */
export const patchSchema = z.strictObject({
  items: z
    .array(z.looseObject({ id: z.string() }))
    .check(z.minLength(1), z.maxLength(MAX_ITEMS, `must hold at most ${MAX_ITEMS} items`)),
});
type ItemPatch = z.infer<typeof patchSchema>["items"][number];

export type CatalogueDeps = {
  readonly database: Database;
  readonly nowMs: () => number;
  readonly onCatalogueChange: (changedIds: readonly string[]) => void;
};

export function catalogueRoutes(deps: CatalogueDeps): Hono {
  const { database } = deps;
  return new Hono().patch("/catalogue", requireRole("operator"), async (c) => {
    const body = await readJson(c, MAX_BODY_BYTES);
    if (body.kind === "refused") return refuseFor(c, body);
    const parsed = patchSchema.safeParse(body.value);
    if (!parsed.success)
      return refuse(c, 400, "the patch is not valid; nothing changed", toIssues(parsed.error));
    const patches = parsed.data.items;
    // One transaction, so that no item changes between its read and its write.
    const outcome = await queueWrite(() =>
      transact(database, () => {
        const merged = mergeAll(database, patches);
        if (merged.issues.length > 0) return merged;
        const changed = upsertItems(database, merged.items, "api", deps.nowMs());
        if (changed.length > 0) {
          appendAudit(database, auditEntry(c, changeOf(merged, changed)));
          const restricted = changed.filter(({ isRestrictedAnew }) => isRestrictedAnew).map(({ id }) => id);
          markCatalogueChange(database, { restricted }, deps.nowMs());
        }
        return { ...merged, changed };
      }),
    );
    if (!("changed" in outcome)) {
      return refuse(c, 400, "the patch is not valid; nothing changed", outcome.issues);
    }
    const changedIds = outcome.changed.map(({ id }) => id);
    if (changedIds.length > 0) deps.onCatalogueChange(changedIds);
    return c.json({
      created: outcome.created,
      changed: changedIds.length - outcome.created,
      unchanged: patches.length - changedIds.length,
    });
  });
}

/** The most items whose fields an audit entry has. */
const MAX_AUDITED_ITEMS = 50;

/** What has changed of each item, field by field. */
function changeOf(
  { before, items }: Pick<ReturnType<typeof mergeAll>, "before" | "items">,
  written: readonly WrittenItem[],
): Change {
  const ids = new Set(written.map(({ id }) => id));
  const changed = items.filter(({ id }) => ids.has(id)).slice(0, MAX_AUDITED_ITEMS);
  const fieldsOf = (of: (item: Item) => Item | undefined, other: (item: Item) => Item | undefined) =>
    Object.fromEntries(changed.map((item) => [item.id, differing(of(item), other(item))]));
  const old = (item: Item): Item | undefined => before.get(item.id);
  return {
    action: "catalogue.patch",
    subject: counted(written.length, "item"),
    before: fieldsOf(old, (item) => item),
    after: fieldsOf((item) => item, old),
  };
}

/** The fields of `item` that `other` has otherwise; null for an item that is not there. */
function differing(item: Item | undefined, other: Item | undefined): Partial<Item> | null {
  if (item === undefined) return null;
  const fields = new Map(Object.entries(other ?? {}));
  return Object.fromEntries(
    Object.entries(item).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(fields.get(key))),
  );
}

function mergeAll(database: Database, patches: readonly ItemPatch[]) {
  const items: Item[] = [];
  const issues: Issue[] = [];
  const seen = new Set<string>();
  const before = new Map<string, Item>();
  let created = 0;
  patches.forEach((patch, at) => {
    const add = (key: string, reason: string): void => {
      issues.push({ key: key === "" ? `items[${at}]` : `items[${at}].${key}`, reason });
    };
    if (seen.has(patch.id)) add("id", "is the id of an earlier item of the patch");
    seen.add(patch.id);
    for (const key of Object.keys(patch)) if (!ITEM_FIELDS.has(key)) add(key, "is not a field of an item");
    const known = itemById(database, patch.id)?.item;
    if (known === undefined) created += 1;
    else before.set(known.id, known);
    const outcome = parseItem(merge(known, patch));
    if (outcome.ok) items.push(outcome.item);
    else {
      for (const { key, reason } of outcome.issues) {
        add(
          key,
          reason === "is missing" && known === undefined ? "is missing: a new item must be whole" : reason,
        );
      }
    }
  });
  return { items, issues, created, before };
}

function merge(known: Item | undefined, patch: ItemPatch): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...known, ...patch }).filter(([, value]) => value !== null));
}
