/** Builds the pages of a few clusters on a worker thread: products, ranking, JSON and hash while the scores are in cache. */
import { contentHash } from "./content-hash.ts";
import { candidatesOf, placeShelves, VALUE_ITEMS, type PlacedShelf } from "../pages/carousels.ts";
import { deal, redeal, worthOf, type Dealt } from "../pages/top-items.ts";
import { diverseValues } from "../pages/diversity.ts";
import { multiplyBlock, PRODUCT_BLOCK, type ModelByTarget, type Vectors } from "../scoring/products.ts";
import { packScores } from "../scoring/scores.ts";
import type { PreparedContext } from "../pages/candidate-carousels.ts";
import { applyLifts, newsOf, type ClusterLifts } from "../pages/cluster-lifts.ts";
import { compareWithStanding } from "../pages/keep-page.ts";
import { packLayout, unpackLayout, type PackedLayout } from "../pages/page-layout.ts";
import { renderPage } from "../pages/page-json.ts";
import type { PageMaterial } from "../pages/page-material.ts";

/** The page that stands. */
export type StandingPage = {
  readonly contentHash: string;
  readonly ageMs: number;
  readonly layout: PackedLayout;
};

export type PageTask = {
  readonly cluster: number;
  /** Numbers of contexts, with the page that stands there. */
  readonly contexts: readonly { readonly context: number; readonly standing: StandingPage | undefined }[];
};

export type BlockInput = {
  readonly material: PageMaterial;
  /** Absent: `scores` hold what an earlier cycle has worked out. */
  readonly products:
    | { readonly model: ModelByTarget; readonly means: Vectors; readonly lifts: ClusterLifts }
    | undefined;
  readonly scores: Vectors;
  /** One row a cluster, one column a shelf of the material's table: what an item must be worth to get in. */
  readonly bars: Float32Array;
  readonly dirty: Uint8Array;
  /** Every cluster's, one after the other; written, or updated when `redeal`. */
  readonly candidates: Dealt;
  /** The rows of `dirty`, when the candidates are those of an earlier cycle and need only follow these. */
  readonly redeal: Uint32Array | undefined;
  /** Of clusters in ascending order; with products, the clusters of `tasks` follow one another without a gap. */
  readonly tasks: readonly PageTask[];
};

export type ChangedPage = {
  readonly cluster: number;
  readonly context: number;
  readonly contentHash: string;
  /** UTF-8 of the carousels' JSON. */
  readonly carousels: Uint8Array;
  readonly layout: PackedLayout;
};

export type BlockOutput = {
  readonly changed: readonly ChangedPage[];
  /** Pages that would be laid out otherwise today, and stay. */
  readonly kept: number;
  readonly productsMs: number;
  readonly pagesMs: number;
};

export function buildBlock(input: BlockInput): BlockOutput {
  const { products, scores, tasks } = input;
  const startMs = performance.now();
  if (products !== undefined && tasks.length > 0) {
    const to = tasks.at(-1)!.cluster + 1;
    for (let from = tasks[0]!.cluster; from < to; from += PRODUCT_BLOCK) {
      multiplyBlock(products.model, products.means, scores, from, Math.min(to, from + PRODUCT_BLOCK));
    }
    applyLifts(products.lifts, scores, tasks[0]!.cluster, to);
  }
  const productsEndMs = performance.now();
  const built = tasks.map((task) => buildCluster(input, task));
  return {
    changed: built.flatMap(({ changed }) => changed),
    kept: built.reduce((sum, { kept }) => sum + kept, 0),
    productsMs: productsEndMs - startMs,
    pagesMs: performance.now() - productsEndMs,
  };
}

/** Overwritten by every cluster: the system takes longer to give out this much new memory than it takes to fill it. */
let scratch = new Float32Array(0);

function buildCluster(
  input: BlockInput,
  { cluster, contexts }: PageTask,
): { changed: ChangedPage[]; kept: number } {
  const { material, products, scores, bars, dirty } = input;
  const { shape, itemSeqs } = material;
  const { table } = material.contexts[0]!;
  const own = scores.values.subarray(cluster * scores.stride, cluster * scores.stride + itemSeqs.length);
  if (scratch.length !== itemSeqs.length) scratch = new Float32Array(itemSeqs.length);
  const worth = worthOf(material.contexts[0]!, own, scratch);
  const dealt = dealCluster(input, cluster, worth);
  const ownBars = bars.subarray(cluster * table.rows.length, (cluster + 1) * table.rows.length);
  const news = products === undefined ? NO_ROWS : newsOf(products.lifts, cluster);
  const changed: ChangedPage[] = [];
  let kept = 0;
  for (const { context, standing } of contexts) {
    const prepared = material.contexts[context]!;
    const placed = placeShelves(prepared, worth, dealt, shape);
    lowerBars(ownBars, prepared, worth, dealt, placed, shape.items);
    if (standing !== undefined) {
      const { placed: old, whole } = unpackLayout(standing.layout, prepared, itemSeqs);
      const { ageMs } = standing;
      const verdict = compareWithStanding(prepared, {
        old,
        whole,
        shape,
        ageMs,
        placed,
        worth,
        dirty,
        news,
      });
      // It stays only where no title or date of its items has changed either: it is still what would be written of them.
      if (
        verdict !== "rewrite" &&
        contentHash(renderPage(material, prepared, old)) === standing.contentHash
      ) {
        if (verdict === "as-good") kept += 1;
        continue;
      }
    }
    const carousels = renderPage(material, prepared, placed);
    const layout = packLayout(prepared, placed, itemSeqs);
    changed.push({ cluster, context, contentHash: contentHash(carousels), carousels, layout });
  }
  return { changed, kept };
}

const NO_ROWS = new Uint32Array(0);

/** The cluster's candidates, from those of an earlier cycle where there are some; left in `candidates` for the next. */
function dealCluster(
  { material, candidates, redeal: changed, dirty }: BlockInput,
  cluster: number,
  worth: Float32Array,
): Dealt {
  const { table } = material.contexts[0]!;
  const limit = candidatesOf(material.shape);
  const shelves = table.rows.length;
  const own: Dealt = {
    limit,
    rows: candidates.rows.subarray(cluster * shelves * limit, (cluster + 1) * shelves * limit),
    counts: candidates.counts.subarray(cluster * shelves, (cluster + 1) * shelves),
  };
  if (changed !== undefined && redeal(own, table, worth, dirty, changed)) return own;
  const dealt = deal(table, worth, limit);
  own.rows.set(dealt.rows);
  own.counts.set(dealt.counts);
  return own;
}

/**
 * An item whose worth is no more than the bar of every shelf that it may stand in changes no page of this cluster: it is
 * below the last item of a full carousel, and not among those that decide the place of a shelf that is not shown.
 */
function lowerBars(
  bars: Float32Array,
  prepared: PreparedContext,
  worth: Float32Array,
  dealt: Dealt,
  placed: readonly PlacedShelf[],
  items: number,
): void {
  const shown = new Map(placed.map(({ shelf, rows }) => [shelf, rows]));
  prepared.shelves.forEach(({ genre }, at) => {
    const number = prepared.numbers[at]!;
    const rows = shown.get(at);
    const lowest =
      rows === undefined
        ? valueBar(dealt, number, worth)
        : rows.length < items
          ? ANYTHING
          : diverseValues(rows, worth, prepared, genre).at(-1)!;
    bars[number] = Math.min(bars[number]!, lowest);
  });
}

const ANYTHING = -1;

function valueBar({ rows, counts, limit }: Dealt, number: number, worth: Float32Array): number {
  return counts[number]! < VALUE_ITEMS ? ANYTHING : worth[rows[number * limit + VALUE_ITEMS - 1]!]!;
}

/** The packed priors (scoring/scores.ts) of clusters `from` … `to`. */
export function packPriors(input: {
  readonly scores: Vectors;
  readonly itemSeqs: Uint32Array;
  readonly from: number;
  readonly to: number;
}): Uint8Array[] {
  const { scores, itemSeqs, from, to } = input;
  return Array.from({ length: to - from }, (_, at) => {
    const base = (from + at) * scores.stride;
    return packScores(scores.values.subarray(base, base + itemSeqs.length), itemSeqs);
  });
}
