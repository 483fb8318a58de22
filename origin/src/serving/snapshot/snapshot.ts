/**
 * The part of the stored state that serving needs, in memory. Between two requests, a new snapshot replaces
 * the old one.
 */
import {
  compileEditorial,
  type CompiledEditorial,
  type Editorial,
} from "@spillway/shared/protocol/editorial.ts";
import { restrictionOf, type Restriction } from "@spillway/shared/protocol/restrictions.ts";
import type { PageItem } from "@spillway/shared/protocol/page.ts";
import { createTasteFinder, type TasteFinder } from "@spillway/model/clusters/taste-finder.ts";
import { isAvailable } from "@spillway/model/pages/availability.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { ItemModel } from "@spillway/model/scoring/item-model.ts";
import type { SparseVector } from "@spillway/model/profile/history-vector.ts";
import { unpackScores } from "@spillway/model/scoring/packed-scores.ts";
import { createViewerScorer, type ViewerScorer } from "@spillway/model/scoring/viewer-scorer.ts";
import { createIndividualRanker, type IndividualRanker } from "@spillway/model/pages/individual-layout.ts";
import { carouselsJson, toPageItem, type JsonOptions } from "@spillway/model/pages/page-item.ts";
import type { PreparedContext } from "@spillway/model/pages/candidate-carousels.ts";
import type { RankedCarousel } from "@spillway/model/pages/carousels.ts";
import { copyBytes } from "@spillway/model/workers/copy-bytes.ts";
import type { ServingCluster } from "./cluster-table.ts";
import type { SnapshotData } from "./snapshot-data.ts";

export type ServingModel = SnapshotData["model"] & Pick<ItemModel, "rowOf">;

export type Snapshot = {
  readonly data: SnapshotData;
  readonly generation: number;
  /** Whether there is a model. Without one, answers cannot be individual. */
  readonly trained: boolean;
  readonly model: ServingModel;
  /** Works on one answer at a time. */
  readonly scorer: ViewerScorer;
  readonly rank: IndividualRanker;
  /** A cluster's strongest scores by row. */
  readonly priorOf: (cluster: ServingCluster) => SparseVector;
  /** Finds a history's taste segment, one at a time; undefined where there are no segments. */
  readonly affinityOf: TasteFinder | undefined;
  readonly contexts: ReadonlyMap<string, PreparedContext>;
  /** Rows of items that may not be shown any more, although the contexts still have them. */
  readonly withdrawn: ReadonlySet<number>;
  /** By row, the restrictions that differ from those in `data`. */
  readonly changedRestrictions: ReadonlyMap<number, Restriction>;
  /** Whether stored pages may show items that must not be shown any more. */
  readonly arePagesOutdated: boolean;
  readonly clusters: ReadonlyMap<string, ServingCluster>;
  /** The pins as they are published. */
  readonly editorialDocument: Editorial;
  /** The same pins, compiled for use. */
  readonly editorial: CompiledEditorial;
  /** The JSON, by row, of page items that differ from those in `data`. */
  readonly changedItems: ReadonlyMap<number, Buffer>;
};

/** Takes one or two milliseconds, whatever the size of catalogue and model. */
export function toSnapshot(data: SnapshotData): Snapshot {
  const { rowOfSeq } = data;
  const rowOf = (seq: number): number | undefined => {
    const row = rowOfSeq[seq] ?? -1;
    return row < 0 ? undefined : row;
  };
  const scorer = createViewerScorer(data.model);
  return {
    data,
    generation: data.generation,
    trained: data.trained,
    model: { ...data.model, rowOf },
    scorer,
    rank: createIndividualRanker(scorer),
    priorOf: remembered(({ packedScores }) => unpackScores(packedScores, rowOf)),
    affinityOf: data.taste && createTasteFinder(data.taste),
    contexts: new Map(data.prepared.contexts.map((context) => [context.context, context])),
    withdrawn: new Set(),
    changedRestrictions: new Map(),
    arePagesOutdated: data.arePagesOutdated,
    clusters: new Map(data.clusters.map((cluster) => [cluster.id, cluster])),
    editorialDocument: data.editorialDocument,
    editorial: compileEditorial(data.editorialDocument),
    changedItems: new Map(),
  };
}

/** Clusters are many, and few of them visit the origin between two snapshots. */
function remembered<Value>(make: (cluster: ServingCluster) => Value): (cluster: ServingCluster) => Value {
  const known = new Map<ServingCluster, Value>();
  return (cluster) => {
    let value = known.get(cluster);
    if (value === undefined) known.set(cluster, (value = make(cluster)));
    return value;
  };
}

export function withEditorial(snapshot: Snapshot, editorialDocument: Editorial): Snapshot {
  return { ...snapshot, editorialDocument, editorial: compileEditorial(editorialDocument) };
}

/**
 * Applies changed items: what pages show of them, and whether they may still be shown. The next data decides
 * in which carousels they stand, and whether an item is available again.
 */
export function withChangedItems(
  snapshot: Snapshot,
  changed: readonly CatalogueEntry[],
  contentNowMs: number,
): Snapshot {
  const withdrawn = new Set(snapshot.withdrawn);
  const changedItems = new Map(snapshot.changedItems);
  const changedRestrictions = new Map(snapshot.changedRestrictions);
  for (const { seq, item } of changed) {
    const row = snapshot.model.rowOf(seq);
    if (row === undefined) continue;
    changedRestrictions.set(row, restrictionOf(item));
    changedItems.set(row, Buffer.from(JSON.stringify(toPageItem(item))));
    if (isAvailable(item, contentNowMs)) withdrawn.delete(row);
    else withdrawn.add(row);
  }
  const arePagesOutdated = snapshot.arePagesOutdated || changed.length > 0;
  return { ...snapshot, withdrawn, changedItems, changedRestrictions, arePagesOutdated };
}

/** Withdraws the items that the store does not have any more. */
export function withoutGoneItems(snapshot: Snapshot, stored: ReadonlySet<number>): Snapshot {
  const withdrawn = new Set(snapshot.withdrawn);
  snapshot.model.itemSeqs.forEach((seq, row) => {
    if (!stored.has(seq)) withdrawn.add(row);
  });
  return { ...snapshot, withdrawn, arePagesOutdated: true };
}

export function isShown({ data, withdrawn }: Snapshot, row: number): boolean {
  // All contexts share the factors of all items, so that any context will do.
  return (data.prepared.contexts[0]?.factors[row] ?? 0) > 0 && !withdrawn.has(row);
}

export function isHub({ data }: Snapshot, row: number): boolean {
  return data.table.hubs[row] === 1;
}

export function titleOf({ changedItems, data }: Snapshot, row: number): string {
  const { bytes, starts } = data.table;
  const text = changedItems.get(row) ?? Buffer.from(bytes.subarray(starts[row], starts[row + 1]));
  // The cast is safe: this JSON is our own.
  return (JSON.parse(text.toString()) as PageItem).title;
}

const SLAB_BYTES = 1 << 20;
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let taken = 0;

/**
 * Not of zeros. Pages are cut from one piece of memory after another, each of which goes when the last of its
 * pages has been sent: memory of its own for each page is most of what allocating costs.
 */
function allocate(bytes: number): Buffer<ArrayBuffer> {
  if (bytes > SLAB_BYTES / 4) return Buffer.allocUnsafeSlow(bytes);
  if (taken + bytes > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    taken = 0;
  }
  const piece = slab.subarray(taken, taken + bytes);
  taken += bytes;
  return piece;
}

/** The carousels' JSON as UTF-8. */
export function carouselsBytes(
  { data, changedItems }: Snapshot,
  carousels: readonly RankedCarousel[],
  { changed = changedItems, before, after }: Pick<JsonOptions, "changed" | "before" | "after"> = {},
): Buffer<ArrayBuffer> {
  const options = { changed, before, after, copyBytes, allocate };
  const { buffer, byteOffset, byteLength } = carouselsJson(carousels, data.table, options);
  return Buffer.from(buffer, byteOffset, byteLength);
}
