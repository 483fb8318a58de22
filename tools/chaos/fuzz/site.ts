/** What the demo has published, as KV content: one page for each cluster and context. */
import { pageJson, type Page } from "@spillway/shared/protocol/page.ts";
import { KV_KEY, pageKey } from "@spillway/shared/protocol/wire.ts";
import published from "./published.json" with { type: "json" };

export type KvPair = { readonly value: string | Uint8Array; readonly metadata?: unknown };
export type KvContent = Map<string, KvPair>;

/** When it was published. */
export const PUBLISHED_MS = published.nowMs;

export const DOCUMENTS: Readonly<Record<string, string>> = {
  [KV_KEY.clusterIndex]: JSON.stringify(published.index),
  [KV_KEY.routing]: JSON.stringify(published.routing),
  [KV_KEY.editorial]: JSON.stringify(published.editorial),
  [KV_KEY.suspects]: JSON.stringify(published.suspects),
};

export const CLUSTERS: readonly string[] = published.index.nodes.map(({ id }) => id);
export const PAGES: readonly Page[] = published.pages.map(({ page }) => page as Page);

/** Every page, and the documents. Nothing is copied but the map. */
export function goodSite(): KvContent {
  return new Map(SITE);
}

const SITE = new Map<string, KvPair>([
  ...Object.entries(DOCUMENTS).map(([key, value]) => [key, { value }] as const),
  ...published.pages.flatMap(({ page, metadata }) =>
    CLUSTERS.map((cluster) => {
      const { carousels, ...head } = page as Page;
      const value = pageJson({ ...head, cluster }, JSON.stringify(carousels));
      return [pageKey(page.context, cluster), { value, metadata }] as const;
    }),
  ),
]);
