/** Reads the stored state that serving works from; what has not changed since the last reading is kept. */
import { unpackTaste } from "@spillway/model/clusters/packed-taste.ts";
import { editorialDocument } from "../../editorial/editorial-document.ts";
import { unpackModel } from "@spillway/model/scoring/item-model.ts";
import { clustersWithScores } from "@spillway/store/pages/clusters.ts";
import type { Database } from "@spillway/store/database.ts";
import { latestDoneGeneration } from "@spillway/store/pages/generations.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { getModel, ITEM_MODEL, TASTE_MODEL } from "@spillway/store/pages/models.ts";
import { getPins } from "@spillway/store/operators/pins.ts";
import { clockOffsetMs } from "@spillway/store/state.ts";
import { clusterTable } from "./cluster-table.ts";
import { prepare, rowsOf, tasteOfRows, type Prepared, type SnapshotData } from "./snapshot-data.ts";

/** Undefined when there is nothing newer than `known`, the signature of an earlier reading. */
export type SnapshotReader = (nowMs: number, known?: string) => SnapshotData | undefined;

export function createSnapshotReader(database: Database): SnapshotReader {
  const readCatalogue = keptBy(() => {
    const catalogue = allItems(database);
    return { catalogue, byId: new Map(catalogue.map(({ item }) => [item.id, item])) };
  });
  const readModel = keptBy(() => {
    const stored = getModel(database, ITEM_MODEL);
    return stored && { generation: stored.generation, model: unpackModel(stored.packed) };
  });
  const readTaste = keptBy(() => {
    const stored = getModel(database, TASTE_MODEL);
    return stored && unpackTaste(stored.packed);
  });
  const readClusters = keptBy(() => clusterTable(clustersWithScores(database)));
  const joinRows = keptBy(rowsOf);
  const alignTaste = keptBy(tasteOfRows);
  let prepared: (Prepared & { readonly of: string }) | undefined;

  /** One moment's view: a cycle that commits meanwhile is seen whole or not at all. */
  const readStore = database.sqlite.transaction(() => {
    const marks = marksOf(database);
    return {
      marks,
      ...readCatalogue(marks.items),
      stored: readModel(marks.model),
      taste: readTaste(marks.taste),
      clusters: readClusters(marks.clusters),
      generation: latestDoneGeneration(database)?.generation,
      pins: getPins(database).value,
      offsetMs: clockOffsetMs(database),
    };
  });
  return (nowMs, known) => {
    const signatureNow = JSON.stringify([marksOf(database), prepared?.untilMs]);
    if (known === signatureNow && prepared !== undefined && nowMs < prepared.untilMs) return undefined;
    const { marks, catalogue, byId, stored, taste, clusters, generation, pins, offsetMs } = readStore();
    const learned = JSON.stringify([marks.items, marks.model]);
    const { rows, items } = joinRows(learned, catalogue, stored?.model);
    const of = `${learned} ${offsetMs}`;
    if (prepared?.of !== of || nowMs >= prepared.untilMs)
      prepared = { ...prepare(items, nowMs, offsetMs), of };
    return {
      ...rows,
      signature: JSON.stringify([marks, prepared.untilMs]),
      generation: generation ?? stored?.generation ?? 0,
      prepared: { contexts: prepared.contexts, untilMs: prepared.untilMs },
      clusters,
      taste: taste && alignTaste(`${marks.taste} ${learned}`, taste, rows.model.itemSeqs),
      editorialDocument: editorialDocument(pins, (id) => byId.get(id), offsetMs, nowMs),
      clockOffsetMs: offsetMs,
    };
  };
}

/** The newest result, as long as the mark of what it was made from stays the same. */
function keptBy<Input extends readonly unknown[], Output>(
  make: (...input: Input) => Output,
): (mark: string, ...input: Input) => Output {
  let kept: { readonly mark: string; readonly output: Output } | undefined;
  return (mark, ...input) => {
    if (kept?.mark !== mark) kept = { mark, output: make(...input) };
    return kept.output;
  };
}

type Marks = Readonly<Record<"items" | "model" | "taste" | "clusters" | "documents", string>>;

/** Of each part of the stored state, something that changes with it. */
function marksOf({ sqlite }: Database): Marks {
  return sqlite
    .prepare<[], Marks>(
      `SELECT (SELECT count(*) || ' ' || ifnull(max(seq), 0) || ' ' || ifnull(max(updated_ms), 0) FROM items) AS items,
              (SELECT ifnull(max(generation), 0) || '' FROM models WHERE name = '${ITEM_MODEL}') AS model,
              (SELECT ifnull(max(generation), 0) || '' FROM models WHERE name = '${TASTE_MODEL}') AS taste,
              (SELECT ifnull(max(generation), 0) || '' FROM generations WHERE state = 'done')
                || ' ' || ifnull((SELECT version FROM documents WHERE key = 'built'), 0) AS clusters,
              (SELECT ifnull(group_concat(version || ' ' || updated_ms), '') FROM documents WHERE key IN ('pins', 'clock')) AS documents`,
    )
    .get() as Marks;
}
