/** Writes a checked import in one transaction: it deletes the demo, and writes items and histories. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { NO_PROFILE } from "@spillway/model/profile/fold.ts";
import { MAX_HISTORY, packHistory, type HistoryEntry } from "@spillway/model/profile/history.ts";
import { mergeProfiles } from "@spillway/model/profile/merge-profiles.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { markCatalogueChange } from "@spillway/store/catalogue/catalogue-change.ts";
import { deleteDemo, type DemoRemoval } from "@spillway/store/catalogue/demo.ts";
import { itemById, upsertItems } from "@spillway/store/catalogue/items.ts";
import { deleteModel, TRAINING } from "@spillway/store/pages/models.ts";
import { getPins, putPins } from "@spillway/store/operators/pins.ts";
import { ownProfileOf, putOwnProfiles } from "@spillway/store/profiles/own-profiles.ts";
import { countProfiles, type ProfileRow } from "@spillway/store/profiles/profiles.ts";
import { toProfile } from "@spillway/store/profiles/stored-profile.ts";
import type { InteractionTable, TableEntry } from "./interaction-table.ts";

export type CheckedImport = {
  readonly items: readonly Item[];
  readonly interactions: InteractionTable;
  /** The item ids, by the numbers that the table uses. */
  readonly itemIds: readonly string[];
  readonly keepDemo: boolean;
};

export type ImportCounts = {
  readonly items: number;
  /** How many of them are new or have changed. */
  readonly changedItems: number;
  readonly interactions: number;
  /** How many further rows had the same user and item, and were merged. */
  readonly mergedInteractions: number;
  readonly users: number;
  readonly removedDemo: Omit<DemoRemoval, "itemIds">;
};

const PROGRESS_USERS = 500;

export function writeImport(
  database: Database,
  { items, interactions, itemIds, keepDemo }: CheckedImport,
  progress: (doneUsers: number, users: number) => void,
  nowMs: number,
): { counts: ImportCounts; notices: string[] } {
  return transact(database, () => {
    const { itemIds: removedIds, ...removedDemo } = keepDemo ? NOTHING_REMOVED : deleteDemo(database);
    const changed = upsertItems(database, items, "import", nowMs);
    const changedItems = changed.length;
    const restricted = changed.filter(({ isRestrictedAnew }) => isRestrictedAnew).map(({ id }) => id);
    // By the clock of the commit, since reading the files may have taken minutes.
    markCatalogueChange(database, { removed: removedIds, restricted }, Date.now());
    // It knows nothing of these interactions.
    deleteModel(database, TRAINING);
    const notices = dropVanishedPins(database, nowMs);
    const seqOf = itemIds.map((id) => itemById(database, id)?.seq);
    let kept = 0;
    let users = 0;
    let cut = 0;
    // The lookups are skipped when there are no profiles: they would take a third of the time.
    const anybodyKnown = countProfiles(database) > 0;
    const rows = interactions.byUser().map(({ user, entries }): ProfileRow => {
      kept += entries.length;
      users += 1;
      if (users % PROGRESS_USERS === 0) progress(users, interactions.users());
      const known = anybodyKnown ? ownProfileOf(database, user) : undefined;
      const row = mergedProfile(known, user, toHistory(entries, itemIds, seqOf));
      if (row.entries > MAX_HISTORY) cut += 1;
      return row.profile;
    });
    putOwnProfiles(database, rows);
    progress(users, users);
    if (cut > 0)
      notices.push(
        `${counted(cut, "user has", "users have")} more than ${MAX_HISTORY} items: the newest were kept`,
      );
    const mergedInteractions = interactions.size() - kept;
    return {
      counts: {
        items: items.length,
        changedItems,
        interactions: kept,
        mergedInteractions,
        users,
        removedDemo,
      },
      notices,
    };
  });
}

const NOTHING_REMOVED: DemoRemoval = { items: 0, users: 0, events: 0, itemIds: [] };

function toHistory(
  entries: readonly TableEntry[],
  itemIds: readonly string[],
  seqOf: readonly (number | undefined)[],
): HistoryEntry[] {
  return entries.map(({ item, weight, timeMs }) => {
    const seq = seqOf[item];
    // The item existed when the interactions were checked. This error undoes the transaction.
    if (seq === undefined) throw new Error(`the item ${itemIds[item] ?? item} was removed during the import`);
    return { item: seq, weight, timeMs };
  });
}

/** Merges the import into the user's stored history. Each item gets the greater weight and the later time. */
function mergedProfile(
  known: ProfileRow | undefined,
  user: string,
  imported: readonly HistoryEntry[],
): { profile: ProfileRow; entries: number } {
  const { history, hidden } = mergeProfiles([toProfile(known), { ...NO_PROFILE, history: imported }]);
  const newestMs = imported.reduce((newest, { timeMs }) => Math.max(newest, timeMs), known?.updatedMs ?? 0);
  return {
    entries: history.length,
    profile: {
      user,
      history: packHistory(history, hidden),
      signals: known?.signals ?? null,
      visits: Math.max(1, known?.visits ?? 0),
      source: "import",
      updatedMs: newestMs,
    },
  };
}

/** Removes the items that were deleted with the demo from pins, and deletes pins that have no other items. */
function dropVanishedPins(database: Database, nowMs: number): string[] {
  const { value: pins } = getPins(database);
  const left = pins.map((pin) => ({
    ...pin,
    items: pin.items.filter((id) => itemById(database, id) !== undefined),
  }));
  const changed = left.filter(({ items }, at) => items.length !== pins[at]?.items.length);
  if (changed.length === 0) return [];
  putPins(
    database,
    left.filter(({ items }) => items.length > 0),
    nowMs,
  );
  return changed.map(({ id, items }) =>
    items.length === 0
      ? `the pin ${id} was dropped: its items went with the demo`
      : `the pin ${id} lost the items that went with the demo`,
  );
}
