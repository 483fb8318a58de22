/** Packs of the items that the captured pages show, and the candidates of these pages. */
import { packCandidates } from "@spillway/model/packs/candidates.ts";
import { buildCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { buildModelPack } from "@spillway/model/packs/model-pack.ts";
import { modelFromColumns } from "@spillway/model/scoring/item-model.ts";
import { itemSchema } from "@spillway/shared/protocol/catalogue.ts";
import type { PackVersions } from "@spillway/shared/protocol/pack-versions.ts";
import type { Page } from "@spillway/shared/protocol/page.ts";

export type GoodPacks = {
  readonly catalogue: Uint8Array;
  readonly model: Uint8Array;
  readonly versions: PackVersions;
  /** items.seq by id. */
  readonly seqs: ReadonlyMap<string, number>;
};

export function goodPacks(pages: readonly Page[]): GoodPacks {
  const byId = new Map(
    pages.flatMap(({ carousels }) => carousels.flatMap(({ items }) => items)).map((item) => [item.id, item]),
  );
  const entries = [...byId.values()].map((item, row) => ({ seq: 3 * row + 1, item: itemSchema.parse(item) }));
  const catalogue = buildCataloguePack(entries);
  const columns = entries.map((_, target) => {
    const sources = [1, 2, 5].map((step) => (target + step) % entries.length);
    return { sources: Uint32Array.from(sources), weights: Float32Array.of(0.5, 0.25, -0.125) };
  });
  const itemSeqs = Uint32Array.from(entries, ({ seq }) => seq);
  const model = buildModelPack(modelFromColumns(itemSeqs, columns), { weightsPerRow: 100 });
  return {
    catalogue,
    model,
    versions: {
      catalogue: { contentHash: "catalogue-1", bytes: catalogue.byteLength },
      model: { contentHash: "model-1", bytes: model.byteLength, weightsPerRow: 100 },
      budget: "whole",
    },
    seqs: new Map(entries.map(({ seq, item }) => [item.id, seq])),
  };
}

/** Base64, as a stored page carries them. */
export function candidatesOfPage({ carousels }: Page, seqs: ReadonlyMap<string, number>): string {
  const shown = carousels.flatMap(({ items }) => items.map(({ id }) => seqs.get(id) ?? 0));
  const ascending = Uint32Array.from(new Set(shown)).toSorted();
  return packCandidates({
    seqs: ascending,
    scores: Float32Array.from(ascending, (_, at) => 1 / (at + 1)),
  }).toBase64();
}
