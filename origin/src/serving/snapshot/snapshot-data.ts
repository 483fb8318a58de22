/**
 * Makes the data of a snapshot, which one thread hands to another: large parts are on shared memory, the
 * others are small enough to be cloned. Pure.
 */
import type { Editorial } from "@spillway/shared/protocol/editorial.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { Taste } from "@spillway/model/clusters/taste.ts";
import { tasteTables, type TasteTables } from "@spillway/model/clusters/taste-finder.ts";
import { nextChangeMs } from "@spillway/model/pages/availability.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { emptyModel, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import { rankingModel, type RankingModel } from "@spillway/model/scoring/ranking-model.ts";
import {
  prepareContexts,
  withOwnTable,
  type PreparedContext,
} from "@spillway/model/pages/candidate-carousels.ts";
import type { ClusterTable } from "./cluster-table.ts";
import { itemTable, type ItemTable } from "./item-table.ts";
import { toShared } from "@spillway/model/workers/shared-memory.ts";

export type SnapshotData = Rows & {
  /** A text that changes with anything else here. */
  readonly signature: string;
  readonly generation: number;
  readonly prepared: Prepared;
  readonly clusters: ClusterTable;
  readonly taste: TasteTables | undefined;
  readonly editorialDocument: Editorial;
  /** See hidden-items.ts. */
  readonly arePagesOutdated: boolean;
  /** Which change of the catalogue this data has seen (store/catalogue/catalogue-change.ts). */
  readonly catalogueVersion: number;
  /** The difference between the content's clock and the real clock. */
  readonly clockOffsetMs: number;
  /** When the matches of the next day begin, by the real clock. */
  readonly kickOffs: readonly number[];
};

/** What depends on the model and the catalogue only. */
export type Rows = {
  /** Whether there is a model for this catalogue. Without one, answers cannot be individual. */
  readonly trained: boolean;
  readonly model: RankingModel & Pick<ItemModel, "itemSeqs">;
  /** items.seq → row of the model, or -1. */
  readonly rowOfSeq: Int32Array;
  readonly table: ItemTable;
};

/**
 * `items` are by row. Rows are those of the model; without a model they are those of the catalogue, and have
 * no weights.
 */
export function rowsOf(
  catalogue: readonly CatalogueEntry[],
  model: ItemModel | undefined,
): { readonly rows: Rows; readonly items: readonly Item[] } {
  const bySeq = new Map(catalogue.map(({ seq, item }) => [seq, item]));
  // Items leave the catalogue only when an import replaces it: then the model is about items that do not
  // exist any more.
  const trained = model?.itemSeqs.every((seq) => bySeq.has(seq)) === true ? model : undefined;
  const served = trained ?? emptyModel(Uint32Array.from(bySeq.keys()));
  const { itemSeqs } = served;
  const items = Array.from(itemSeqs, (seq) => bySeq.get(seq)).filter((item) => item !== undefined);
  const rowOfSeq = new Int32Array(itemSeqs.reduce((most, seq) => Math.max(most, seq + 1), 0)).fill(-1);
  itemSeqs.forEach((seq, row) => {
    rowOfSeq[seq] = row;
  });
  const rows = {
    trained: trained !== undefined,
    model: { ...rankingModel(served), itemSeqs: toShared(itemSeqs) },
    rowOfSeq: toShared(rowOfSeq),
    table: itemTable(items),
  };
  return { rows, items };
}

/** What holds for a period only: which items may be shown, and how fresh they are. */
export type Prepared = {
  readonly contexts: readonly PreparedContext[];
  /**
   * The end of the period by the real clock: then an item's availability changes, or freshness is due to be
   * updated.
   */
  readonly untilMs: number;
};

/**
 * Freshness changes slowly, so that carousels are valid for a minute unless an item's availability changes.
 */
const PREPARE_EVERY_MS = 60_000;

/** `nowMs` is the instant that carousels are prepared for, by the real clock. */
export function prepare(items: readonly Item[], nowMs: number, clockOffsetMs: number): Prepared {
  const contentNowMs = nowMs + clockOffsetMs;
  const changeMs = nextChangeMs(items, contentNowMs) - clockOffsetMs;
  return {
    contexts: prepareContexts(PAGE_CONTEXTS, items, contentNowMs).map(withOwnTable),
    untilMs: Math.min(nowMs + PREPARE_EVERY_MS, changeMs),
  };
}

/**
 * The taste segments for the rows of this model; its newest items have no influence on taste yet. Undefined
 * when the segments belong to another model.
 */
export function tasteOfRows(taste: Taste, itemSeqs: Uint32Array): TasteTables | undefined {
  const known = taste.itemSeqs.length;
  if (known === 0 || !taste.itemSeqs.every((seq, row) => itemSeqs[row] === seq)) return undefined;
  const grown = (rows: Float32Array): Float32Array => {
    const more = new Float32Array((rows.length / known) * itemSeqs.length);
    more.set(rows);
    return more;
  };
  return tasteTables({ ...taste, perSource: grown(taste.perSource), directions: grown(taste.directions) });
}
