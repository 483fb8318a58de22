/**
 * What a snapshot is made of, as one thread hands it to another: bulk on shared memory, the rest small enough
 * to clone. Pure.
 */
import type { Editorial } from "@spillway/shared/protocol/editorial.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { Taste } from "@spillway/model/clusters/taste.ts";
import { nextChangeMs } from "@spillway/model/pages/availability.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { emptyModel, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import {
  prepareContexts,
  withOwnTable,
  type PreparedContext,
} from "@spillway/model/pages/candidate-carousels.ts";
import type { ClusterTable } from "./cluster-table.ts";
import { itemTable, type ItemTable } from "./item-table.ts";
import { toShared } from "@spillway/model/workers/shared-memory.ts";

export type SnapshotData = Rows & {
  /** Another one as soon as anything here is. */
  readonly signature: string;
  readonly generation: number;
  readonly prepared: Prepared;
  readonly clusters: ClusterTable;
  readonly taste: Taste | undefined;
  readonly editorialDocument: Editorial;
  /** To add to the real clock to get the content's. */
  readonly clockOffsetMs: number;
};

/** What stays the same as long as model and catalogue do. */
export type Rows = {
  /** Without a model for this catalogue, answers can't be personal. */
  readonly trained: boolean;
  readonly model: Omit<ItemModel, "rowOf">;
  /** items.seq → row of the model, -1 for none. */
  readonly rowOfSeq: Int32Array;
  readonly table: ItemTable;
};

/**
 * `items`: by row. Rows are the model's; without one they are the catalogue's, and nothing is known of them.
 */
export function rowsOf(
  catalogue: readonly CatalogueEntry[],
  model: ItemModel | undefined,
): { readonly rows: Rows; readonly items: readonly Item[] } {
  const bySeq = new Map(catalogue.map(({ seq, item }) => [seq, item]));
  // Items leave the catalogue only when an import replaces it: then the model is about things that are no
  // more.
  const trained = model?.itemSeqs.every((seq) => bySeq.has(seq)) === true ? model : undefined;
  const { itemSeqs, rowStarts, columns, weights } = trained ?? emptyModel(Uint32Array.from(bySeq.keys()));
  const items = Array.from(itemSeqs, (seq) => bySeq.get(seq)).filter((item) => item !== undefined);
  const rowOfSeq = new Int32Array(itemSeqs.reduce((most, seq) => Math.max(most, seq + 1), 0)).fill(-1);
  itemSeqs.forEach((seq, row) => {
    rowOfSeq[seq] = row;
  });
  const rows = {
    trained: trained !== undefined,
    model: {
      itemSeqs: toShared(itemSeqs),
      rowStarts: toShared(rowStarts),
      columns: toShared(columns),
      weights: toShared(weights),
    },
    rowOfSeq: toShared(rowOfSeq),
    table: itemTable(items),
  };
  return { rows, items };
}

/** Right for an instant: which items may be shown, and how fresh they are. */
export type Prepared = {
  readonly contexts: readonly PreparedContext[];
  /** By the real clock: an item comes, goes, starts or ends, or freshness has moved on. */
  readonly untilMs: number;
};

/** Freshness moves slowly: carousels prepared a minute ago are still right, availability apart. */
const PREPARE_EVERY_MS = 60_000;

/** `nowMs`: the instant, by the real clock, that carousels are prepared for. */
export function prepare(items: readonly Item[], nowMs: number, clockOffsetMs: number): Prepared {
  const contentNowMs = nowMs + clockOffsetMs;
  const changeMs = nextChangeMs(items, contentNowMs) - clockOffsetMs;
  return {
    contexts: prepareContexts(PAGE_CONTEXTS, items, contentNowMs).map(withOwnTable),
    untilMs: Math.min(nowMs + PREPARE_EVERY_MS, changeMs),
  };
}

/**
 * The segments for the rows of this model, whose newest items say nothing of taste yet; undefined where they
 * are of another.
 */
export function tasteOfRows(taste: Taste, itemSeqs: Uint32Array): Taste | undefined {
  const known = taste.itemSeqs.length;
  if (known === 0 || !taste.itemSeqs.every((seq, row) => itemSeqs[row] === seq)) return undefined;
  const perSource = new Float32Array((taste.perSource.length / known) * itemSeqs.length);
  perSource.set(taste.perSource);
  return {
    ...taste,
    itemSeqs,
    perSource: toShared(perSource),
    vectors: toShared(taste.vectors),
    groupVectors: toShared(taste.groupVectors),
    // Segments are found with these, and not looked up.
    directions: new Float32Array(0),
  };
}
