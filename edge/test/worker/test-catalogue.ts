/** For tests: a catalogue pack in KV, of films whose items.seq count from 1. */
import { env } from "cloudflare:workers";
import { buildCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";

export async function putCatalogue(ids: readonly string[]): Promise<void> {
  const catalogue = ids.map((id, at) => ({
    seq: at + 1,
    item: {
      id,
      title: `Title of ${id}`,
      kind: "movie" as const,
      takenDown: false,
      genres: ["drama"],
      teams: [],
    },
  }));
  const bytes = buildCataloguePack(catalogue);
  const contentHash = `hash-of-${ids.length}`;
  await env.PAGES.put(KV_KEY.cataloguePack, bytes, { metadata: { contentHash } });
  const versions = {
    catalogue: { contentHash, bytes: bytes.length },
    model: null,
    budget: "candidates-only",
  };
  await env.PAGES.put(KV_KEY.packs, JSON.stringify(versions));
}
