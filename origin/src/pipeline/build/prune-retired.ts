/**
 * Keeps the pages of retired clusters correct. They stay in KV for a while, since some edges have not read
 * the new index yet. They are not laid out anew, but an item that is taken down or expires leaves them, and
 * one that changes is rendered anew.
 */
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import type { NewPage, PageHead } from "@spillway/store/pages/pages.ts";
import { showsAny } from "@spillway/model/pages/dirty-items.ts";
import { createLayoutReader, layoutBytes, layoutOf, packLayout } from "@spillway/model/pages/page-layout.ts";
import { renderPage } from "@spillway/model/pages/page-json.ts";
import type { PageMaterial } from "@spillway/model/pages/page-material.ts";

export type PruneOptions = {
  /** The pages of retired clusters. */
  readonly heads: readonly PageHead[];
  readonly material: PageMaterial;
  /** items.seq of what has changed since the last cycle. */
  readonly changed: ReadonlySet<number>;
  readonly generation: number;
  readonly nowMs: number;
};

/**
 * Returns the rows to write: pages that show a changed item, with the items that may still be shown. A page
 * that has none left gets an empty layout.
 */
export function pruneRetired({ heads, material, changed, generation, nowMs }: PruneOptions): NewPage[] {
  return heads.flatMap(({ context, cluster, layout: bytes, contentHash: before }) => {
    const layout = layoutOf(bytes);
    const prepared = material.contexts.find((other) => other.context === context);
    if (prepared === undefined || !showsAny(layout, changed)) return [];
    const reader = createLayoutReader(prepared, material.itemSeqs);
    const { placed } = reader.unpack(layout);
    const carousels = renderPage(material, prepared, placed);
    const hash = contentHash(carousels);
    if (hash === before) return [];
    const left = packLayout(prepared, placed, material.itemSeqs);
    return [
      {
        context,
        cluster,
        generation,
        builtMs: nowMs,
        contentHash: hash,
        carousels,
        layout: layoutBytes(left),
        shown: reader.shown(left),
      },
    ];
  });
}
