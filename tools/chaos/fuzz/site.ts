/** What the demo has published, as KV content: one page for each cluster and context. */
import { packErasures } from "@spillway/shared/protocol/erasures.ts";
import { pageJsonWithCandidates, type Page } from "@spillway/shared/protocol/page.ts";
import { packViewerState, viewerStateText } from "@spillway/model/profile/viewer-state-codec.ts";
import { newViewerState, type ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { createUserHash, ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { COOKIE, KV_KEY, pageKey } from "@spillway/shared/protocol/wire.ts";
import { candidatesOfPage, goodPacks } from "./good-packs.ts";
import published from "./published.json" with { type: "json" };

export type KvPair = { readonly value: string | Uint8Array; readonly metadata?: unknown };
export type KvContent = Map<string, KvPair>;

/** When it was published. */
export const PUBLISHED_MS = published.nowMs;

export const PAGES: readonly Page[] = published.pages.map(({ page }) => page as Page);
/** What a viewer of the captured pages may be tailored with. */
export const PACKS = goodPacks(PAGES);

export const DOCUMENTS: Readonly<Record<string, string>> = {
  [KV_KEY.clusterIndex]: JSON.stringify(published.index),
  [KV_KEY.routing]: JSON.stringify(published.routing),
  [KV_KEY.editorial]: JSON.stringify(published.editorial),
  [KV_KEY.suspects]: JSON.stringify(published.suspects),
  [KV_KEY.packs]: JSON.stringify(PACKS.versions),
  [KV_KEY.erasures]: JSON.stringify(
    packErasures(
      2,
      ["0123456789ab", "fedcba987654"].map((ownerTag) => ({ ownerTag, erasedMs: PUBLISHED_MS })),
    ),
  ),
  [KV_KEY.viewers]: JSON.stringify({ version: 1, bits: 0 }),
};

export const CLUSTERS: readonly string[] = published.index.nodes.map(({ id }) => id);

/** The viewer cookie of a user who has watched two of the titles. */
export function viewerCookieOf(user: string, edgeToken: string): string {
  const items = [...PACKS.seqs.values()].slice(0, 2);
  const state: ViewerState = {
    ...newViewerState(PUBLISHED_MS),
    plays: 2,
    titles: {
      items: Uint32Array.from(items),
      values: new Float32Array(items.length).fill(1),
      watched: new Uint8Array(items.length).fill(1),
    },
  };
  const tag = ownerTagOf(createUserHash(edgeToken)(user));
  return `${COOKIE.viewer}=${viewerStateText(packViewerState(state, tag).bytes)}`;
}

/** Every page, and the documents. Nothing is copied but the map. */
export function goodSite(): KvContent {
  return new Map(SITE);
}

const SITE = new Map<string, KvPair>([
  ...Object.entries(DOCUMENTS).map(([key, value]) => [key, { value }] as const),
  [KV_KEY.cataloguePack, { value: PACKS.catalogue, metadata: { contentHash: "catalogue-1" } }],
  [KV_KEY.modelPack, { value: PACKS.model, metadata: { contentHash: "model-1" } }],
  ...published.pages.flatMap(({ page, metadata }) =>
    CLUSTERS.map((cluster) => {
      const { carousels, ...head } = page as Page;
      const value = pageJsonWithCandidates(
        { ...head, cluster },
        JSON.stringify(carousels),
        candidatesOfPage(page as Page, PACKS.seqs),
      );
      return [pageKey(page.context, cluster), { value, metadata }] as const;
    }),
  ),
]);
