/** Builds the pages that a cycle has to look at, and stores those whose content has changed. */
import type { PageTask } from "@spillway/model/pages/build-block.ts";
import { buildPages, type BuildOptions, type BuildReport } from "@spillway/model/pages/build-pages.ts";
import { contextsToEnter } from "@spillway/model/pages/dirty-items.ts";
import type { PageMaterial } from "@spillway/model/pages/page-material.ts";
import { pageName, planPages } from "@spillway/model/pages/page-tasks.ts";
import { inlinePool } from "@spillway/model/workers/pool.ts";
import { putPages, type PageHead } from "@spillway/store/pages/pages.ts";
import type { BuildDeps, BuildInput } from "./build-input.ts";
import type { CycleBuffers } from "./cycle-buffers.ts";
import { createPageRows } from "./page-rows.ts";

export type CyclePages = {
  readonly material: PageMaterial;
  /** It is undefined where no cluster gets new scores. */
  readonly products: BuildOptions["products"];
  /** 1 for clusters that get new scores; undefined where all do. */
  readonly renewed: Uint8Array | undefined;
  readonly buffers: CycleBuffers;
  /** items.seq of what has changed since the last cycle. */
  readonly changed: ReadonlySet<number>;
  /** The same by row of the catalogue: 1 where the item has changed. */
  readonly dirty: Uint8Array;
  readonly heads: readonly PageHead[];
  readonly nowMs: number;
};

export async function buildChangedPages(
  { database, pool, onPages }: BuildDeps,
  { generation, learned }: BuildInput,
  { material, products, renewed, buffers, changed, dirty, heads, nowMs }: CyclePages,
): Promise<{ readonly report: BuildReport; readonly tasks: readonly PageTask[] }> {
  const { clusters } = learned;
  const { scores, entryThresholds, topItems } = buffers;
  const standing = new Map(heads.map((head) => [pageName(head.context, head.cluster), head]));
  const only = renewed && {
    renewed,
    entered: contextsToEnter(material, scores, entryThresholds, dirty),
    changed,
  };
  const tasks = planPages({ clusters, standing, nowMs, only });
  const rowOf = createPageRows({ clusters, material, standing, generation, nowMs });
  const report = await buildPages({
    material,
    products,
    scores,
    entryThresholds,
    dirty,
    topItems,
    changedRows: buffers.topItemsReused
      ? Uint32Array.from(dirty.keys().filter((row) => dirty[row] === 1))
      : undefined,
    tasks,
    pool,
    inline: inlinePool,
    onChanged: async (pages) => putPages(database, pages.map(rowOf)),
    onPages,
  });
  return { report, tasks };
}
