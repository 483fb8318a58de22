/** Reads the stored state that serving works from, and tells cheaply whether it has changed. */
import type { Conjunct } from "@spillway/shared/cluster-index.ts";
import { unpackModel } from "../ranking/model.ts";
import { clustersWithScores } from "../store/clusters.ts";
import type { Database } from "../store/database.ts";
import { latestDoneGeneration } from "../store/generations.ts";
import { allItems } from "../store/items.ts";
import { getModel, ITEM_MODEL } from "../store/models.ts";
import { getPins } from "../store/pins.ts";
import { affinityShares, clockOffsetMs } from "../store/state.ts";
import type { StoredState } from "./snapshot.ts";

/** Changes with the model, the catalogue, the pins and the clock; costs a few index look-ups. */
export function stateSignature({ sqlite }: Database): string {
  const row = sqlite
    .prepare(
      `SELECT (SELECT generation FROM models WHERE name = '${ITEM_MODEL}') AS model,
              (SELECT max(generation) FROM generations WHERE state = 'done') AS generation,
              (SELECT count(*) || '-' || max(updated_ms) FROM items) AS items,
              (SELECT group_concat(version || '-' || updated_ms) FROM documents WHERE key IN ('pins', 'clock')) AS documents`,
    )
    .get();
  return JSON.stringify(row);
}

/** One moment's view: a cycle that commits meanwhile is seen whole or not at all. */
export function loadState(database: Database): StoredState {
  return database.sqlite.transaction(() => {
    const stored = getModel(database, ITEM_MODEL);
    return {
      generation: latestDoneGeneration(database)?.generation ?? stored?.generation ?? 0,
      catalogue: allItems(database),
      model: stored === undefined ? undefined : unpackModel(stored.packed),
      clusters: clustersWithScores(database).map(({ id, parent, definition, scores }) => ({
        id,
        parent: parent ?? undefined,
        // Written by the pipeline, from definitionOf.
        definition: JSON.parse(definition) as Conjunct[],
        packedScores: scores,
      })),
      shares: affinityShares(database),
      pins: getPins(database).value,
      clockOffsetMs: clockOffsetMs(database),
    };
  })();
}
