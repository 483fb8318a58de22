/** Turns the pages that a cycle built into rows of the store. */
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import type { ChangedPage } from "@spillway/model/pages/build-block.ts";
import { createLayoutReader, layoutBytes } from "@spillway/model/pages/page-layout.ts";
import type { PageMaterial } from "@spillway/model/pages/page-material.ts";
import { pageName } from "@spillway/model/pages/page-tasks.ts";
import type { NewPage, PageHead } from "@spillway/store/pages/pages.ts";

export type PageRowOptions = {
  readonly clusters: readonly ClusterNode[];
  readonly material: PageMaterial;
  /** The pages in the store, by `pageName`. */
  readonly standing: ReadonlyMap<string, PageHead>;
  readonly generation: number;
  readonly nowMs: number;
};

export function createPageRows({
  clusters,
  material,
  standing,
  generation,
  nowMs,
}: PageRowOptions): (page: ChangedPage) => NewPage {
  const readers = material.contexts.map((context) => createLayoutReader(context, material.itemSeqs));
  return (page) => {
    const context = PAGE_CONTEXTS[page.context]!;
    const cluster = clusters[page.cluster]!.id;
    const old = standing.get(pageName(context, cluster));
    // A page from an older release may gain only its layout: its content has not changed, so its age stays.
    const age =
      old?.contentHash === page.contentHash
        ? { generation: old.generation, builtMs: old.builtMs }
        : { generation, builtMs: nowMs };
    return {
      context,
      cluster,
      ...age,
      contentHash: page.contentHash,
      carousels: page.carousels,
      layout: layoutBytes(page.layout),
      candidates: page.candidates,
      shown: readers[page.context]!.shown(page.layout),
    };
  };
}
