/**
 * Reads the stored state that serving needs. Parts that have not changed since the last read are used again.
 */
import { unpackTaste } from "@spillway/model/clusters/packed-taste.ts";
import { editorialDocument } from "./editorial-document.ts";
import { unpackModel } from "@spillway/model/scoring/item-model.ts";
import { clustersWithScores } from "@spillway/store/pages/clusters.ts";
import type { Database } from "@spillway/store/database.ts";
import { latestDoneGeneration } from "@spillway/store/pages/generations.ts";
import { catalogueVersion } from "@spillway/store/catalogue/catalogue-change.ts";
import { hiddenItems } from "./hidden-items.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { getModel, ITEM_MODEL, TASTE_MODEL } from "@spillway/store/pages/models.ts";
import { getPins } from "@spillway/store/operators/pins.ts";
import { clockOffsetMs } from "@spillway/store/state.ts";
import { kickOffsOf } from "../../routing/kick-offs.ts";
import { clusterTable } from "./cluster-table.ts";
import { prepare, rowsOf, tasteOfRows, type Prepared, type SnapshotData } from "./snapshot-data.ts";

/** Returns undefined when nothing has changed since the read whose signature is `known`. */
export type SnapshotReader = (nowMs: number, known?: string) => SnapshotData | undefined;

export function createSnapshotReader(database: Database): SnapshotReader {
  const readCatalogue = memoizeNewest(() => {
    const catalogue = allItems(database);
    return { catalogue, byId: new Map(catalogue.map(({ item }) => [item.id, item])) };
  });
  const readModel = memoizeNewest(() => {
    const stored = getModel(database, ITEM_MODEL);
    return stored && { generation: stored.generation, model: unpackModel(stored.packed) };
  });
  const readTaste = memoizeNewest(() => {
    const stored = getModel(database, TASTE_MODEL);
    return stored && unpackTaste(stored.packed);
  });
  const readClusters = memoizeNewest(() => clusterTable(clustersWithScores(database)));
  const joinRows = memoizeNewest(rowsOf);
  const alignTaste = memoizeNewest(tasteOfRows);
  let prepared: (Prepared & { readonly version: string }) | undefined;

  /**
   * Reads in one transaction, so that a cycle which commits in the meantime is seen completely or not at all.
   */
  const readStore = database.sqlite.transaction((nowMs: number) => {
    const versions = versionsOf(database);
    return {
      versions,
      ...readCatalogue(versions.items),
      stored: readModel(versions.model),
      taste: readTaste(versions.taste),
      clusters: readClusters(versions.clusters),
      generation: latestDoneGeneration(database)?.generation,
      pins: getPins(database).value,
      offsetMs: clockOffsetMs(database),
      hidden: hiddenItems(database, nowMs, clockOffsetMs(database)),
      catalogueVersion: catalogueVersion(database),
    };
  });
  return (nowMs, known) => {
    const signatureNow = JSON.stringify([versionsOf(database), prepared?.untilMs]);
    if (known === signatureNow && prepared !== undefined && nowMs < prepared.untilMs) return undefined;
    const read = readStore(nowMs);
    const { versions, catalogue, byId, stored, taste, clusters, generation, pins, offsetMs, hidden } = read;
    const rowsVersion = JSON.stringify([versions.items, versions.model]);
    const { rows, items } = joinRows(rowsVersion, catalogue, stored?.model);
    const version = `${rowsVersion} ${offsetMs}`;
    if (prepared?.version !== version || nowMs >= prepared.untilMs)
      prepared = { ...prepare(items, nowMs, offsetMs), version };
    return {
      ...rows,
      signature: JSON.stringify([versions, prepared.untilMs]),
      generation: generation ?? stored?.generation ?? 0,
      prepared: { contexts: prepared.contexts, untilMs: prepared.untilMs },
      clusters,
      taste: taste && alignTaste(`${versions.taste} ${rowsVersion}`, taste, rows.model.itemSeqs),
      editorialDocument: editorialDocument(pins, (id) => byId.get(id), offsetMs, nowMs, hidden),
      arePagesOutdated: hidden.arePagesOutdated,
      catalogueVersion: read.catalogueVersion,
      clockOffsetMs: offsetMs,
      kickOffs: kickOffsOf(byId.values(), offsetMs, nowMs),
    };
  };
}

/** Remembers the newest result, and returns it again as long as `version` is the same. */
function memoizeNewest<Input extends readonly unknown[], Output>(
  make: (...input: Input) => Output,
): (version: string, ...input: Input) => Output {
  let newest: { readonly version: string; readonly output: Output } | undefined;
  return (version, ...input) => {
    if (newest?.version !== version) newest = { version, output: make(...input) };
    return newest.output;
  };
}

type Versions = Readonly<Record<"items" | "model" | "taste" | "clusters" | "documents", string>>;

/** Returns, for each part of the stored state, a text that changes with it. */
function versionsOf({ sqlite }: Database): Versions {
  return sqlite
    .prepare<[], Versions>(
      `SELECT (SELECT count(*) || ' ' || ifnull(max(seq), 0) || ' ' || ifnull(max(updated_ms), 0) FROM items) AS items,
              (SELECT ifnull(max(generation), 0) || '' FROM models WHERE name = '${ITEM_MODEL}') AS model,
              (SELECT ifnull(max(generation), 0) || '' FROM models WHERE name = '${TASTE_MODEL}') AS taste,
              (SELECT ifnull(max(generation), 0) || '' FROM generations WHERE state = 'done')
                || ' ' || ifnull((SELECT version FROM documents WHERE key = 'built'), 0) AS clusters,
              (SELECT ifnull(group_concat(version || ' ' || updated_ms), '') FROM documents WHERE key IN ('pins', 'clock', 'catalogue-change')) AS documents`,
    )
    .get() as Versions;
}
