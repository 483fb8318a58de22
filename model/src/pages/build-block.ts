/**
 * Builds the pages of a few clusters: products, ranking, JSON and hash, one cluster after the other while
 * its scores are in the cache. A task for a thread. Pure: what belongs to the thread is handed in.
 */
import type { CopyBytes } from "../bytes.ts";
import {
  multiplyBlock,
  PRODUCT_BLOCK,
  type LoadedModel,
  type ModelByTarget,
  type Vectors,
} from "../scoring/products.ts";
import type { PreparedContext } from "./candidate-carousels.ts";
import { placeCarousels, topItemsLimit } from "./carousels.ts";
import { applyLifts, newsOf, type ClusterLifts } from "./cluster-lifts.ts";
import { lowerThresholds } from "./entry-thresholds.ts";
import { compareWithStanding, type Comparison, type Verdict } from "./keep-page.ts";
import { createLayoutReader, packLayout, type LayoutReader, type PackedLayout } from "./page-layout.ts";
import { candidatesOf, rowsOfContext } from "./page-candidates.ts";
import { renderPage } from "./page-json.ts";
import type { PageMaterial } from "./page-material.ts";
import type { PageWorkspace } from "./page-workspace.ts";
import { topItemsOf, updateTopItems, worthOf, type TopItems } from "./top-items.ts";

/** The page that stands. */
export type StandingPage = {
  readonly contentHash: string;
  readonly ageMs: number;
  readonly layout: PackedLayout;
};

export type PageTask = {
  readonly cluster: number;
  /** Whether the cluster's scores are worked out anew, which takes the products; else they are as they were. */
  readonly renewed: boolean;
  /** Numbers of contexts, with the page that stands there. */
  readonly contexts: readonly { readonly context: number; readonly standing: StandingPage | undefined }[];
};

export type BlockInput = {
  readonly material: PageMaterial;
  /** Absent where no cluster is renewed: `scores` hold what an earlier cycle has worked out. */
  readonly products:
    | { readonly model: ModelByTarget; readonly means: Vectors; readonly lifts: ClusterLifts }
    | undefined;
  readonly scores: Vectors;
  /**
   * One row for each cluster, one column for each carousel of the material's table: what an item must be
   * worth to get in.
   */
  readonly entryThresholds: Float32Array;
  /** 1 where the item, or where it may be shown, has changed since the last cycle; by row. */
  readonly dirty: Uint8Array;
  /** Every cluster's, one after the other. Written; where there are `changedRows`, updated. */
  readonly topItems: TopItems;
  /**
   * The rows of `dirty`, where the top items are those of an earlier cycle, in which only these rows have
   * changed.
   */
  readonly changedRows: Uint32Array | undefined;
  readonly tasks: readonly PageTask[];
};

export type ChangedPage = {
  readonly cluster: number;
  readonly context: number;
  readonly contentHash: string;
  /** UTF-8 of the carousels' JSON. */
  readonly carousels: Uint8Array;
  readonly layout: PackedLayout;
  /** See page-candidates.ts. */
  readonly candidates: Uint8Array;
};

export type BlockOutput = {
  readonly changed: readonly ChangedPage[];
  /** Pages that would be laid out otherwise today, and stay. */
  readonly kept: number;
  readonly productsMs: number;
  readonly pagesMs: number;
};

/** What is the thread's own. */
export type BlockTools = {
  readonly workspace: PageWorkspace;
  readonly loadModel: (model: ModelByTarget) => LoadedModel;
  readonly contentHash: (content: Uint8Array) => string;
  readonly copyBytes: CopyBytes;
  readonly nowMs: () => number;
};

export function buildBlock(input: BlockInput, tools: BlockTools): BlockOutput {
  const startMs = tools.nowMs();
  multiplyClusters(input, tools);
  const productsEndMs = tools.nowMs();
  const { contexts, itemSeqs } = input.material;
  const perContext = contexts.map((context) => ({
    reader: createLayoutReader(context, itemSeqs),
    inContext: rowsOfContext(context),
  }));
  const built = input.tasks.map((task) => buildCluster(input, task, perContext, tools));
  return {
    changed: built.flatMap(({ changed }) => changed),
    kept: built.reduce((sum, { kept }) => sum + kept, 0),
    productsMs: productsEndMs - startMs,
    pagesMs: tools.nowMs() - productsEndMs,
  };
}

type PerContext = { readonly reader: LayoutReader; readonly inContext: Uint8Array };

function multiplyClusters({ products, scores, tasks }: BlockInput, { loadModel }: BlockTools): void {
  const renewed = tasks.filter((task) => task.renewed).map(({ cluster }) => cluster);
  if (products === undefined || renewed.length === 0) return;
  const model = loadModel(products.model);
  for (let from = 0; from < renewed.length; from += PRODUCT_BLOCK) {
    multiplyBlock(model, products.means, scores, renewed.slice(from, from + PRODUCT_BLOCK));
  }
  applyLifts(products.lifts, scores, renewed);
}

function buildCluster(
  input: BlockInput,
  { cluster, renewed, contexts }: PageTask,
  perContext: readonly PerContext[],
  tools: BlockTools,
): { changed: ChangedPage[]; kept: number } {
  const { material, products, scores, entryThresholds } = input;
  const { shape, itemSeqs } = material;
  const { table } = material.contexts[0]!;
  const own = scores.values.subarray(cluster * scores.stride, cluster * scores.stride + itemSeqs.length);
  const worth = worthOf(material.contexts[0]!, own, tools.workspace.worth(itemSeqs.length));
  const topItems = topItemsOfCluster(input, { cluster, renewed }, worth, tools.workspace);
  const thresholds = entryThresholds.subarray(cluster * table.rows.length, (cluster + 1) * table.rows.length);
  if (renewed) thresholds.fill(Infinity);
  const news = products === undefined || !renewed ? NO_ROWS : newsOf(products.lifts, cluster);
  const changed: ChangedPage[] = [];
  let kept = 0;
  for (const { context, standing } of contexts) {
    const prepared = material.contexts[context]!;
    const { reader, inContext } = perContext[context]!;
    const placed = placeCarousels(prepared, worth, topItems, shape);
    lowerThresholds(thresholds, prepared, worth, topItems, placed, shape.items);
    const verdict =
      standing === undefined
        ? "rewrite"
        : judgeStanding(input, standing, prepared, reader, { placed, worth, news }, tools);
    if (verdict === "as-good") kept += 1;
    if (verdict !== "rewrite") continue;
    const carousels = renderPage(material, prepared, placed, tools.copyBytes);
    const layout = packLayout(prepared, placed, itemSeqs);
    const candidates = candidatesOf(
      { prepared, inContext, placed, worth, topItems, scores: own, itemSeqs },
      tools.workspace,
    );
    const contentHash = tools.contentHash(carousels);
    changed.push({ cluster, context, contentHash, carousels, layout, candidates });
  }
  return { changed, kept };
}

const NO_ROWS = new Uint32Array(0);

/**
 * Whether the page that stands may stay: by its layout, and only where no title or date of its items has
 * changed either.
 */
function judgeStanding(
  { material, dirty }: BlockInput,
  { layout, ageMs, contentHash }: StandingPage,
  prepared: PreparedContext,
  reader: LayoutReader,
  now: Pick<Comparison, "placed" | "worth" | "news">,
  tools: BlockTools,
): Verdict {
  const { placed: old, whole } = reader.unpack(layout);
  const { shape } = material;
  const verdict = compareWithStanding(prepared, { old, whole, shape, ageMs, dirty, ...now });
  if (verdict === "rewrite") return verdict;
  const unchanged = tools.contentHash(renderPage(material, prepared, old, tools.copyBytes)) === contentHash;
  return unchanged ? verdict : "rewrite";
}

/**
 * The cluster's top items, from those of an earlier cycle where there are some; left in `topItems` for the
 * next.
 */
function topItemsOfCluster(
  { material, topItems, changedRows, dirty }: BlockInput,
  { cluster, renewed }: Pick<PageTask, "cluster" | "renewed">,
  worth: Float32Array,
  workspace: PageWorkspace,
): TopItems {
  const { table } = material.contexts[0]!;
  const limit = topItemsLimit(material.shape);
  const carousels = table.rows.length;
  const own: TopItems = {
    limit,
    rows: topItems.rows.subarray(cluster * carousels * limit, (cluster + 1) * carousels * limit),
    counts: topItems.counts.subarray(cluster * carousels, (cluster + 1) * carousels),
  };
  if (!renewed && changedRows !== undefined && updateTopItems(own, table, worth, dirty, changedRows))
    return own;
  const anew = topItemsOf(table, worth, limit, workspace);
  own.rows.set(anew.rows);
  own.counts.set(anew.counts);
  return own;
}
