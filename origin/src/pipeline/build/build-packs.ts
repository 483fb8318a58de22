/**
 * Builds the packs that go with a cycle's pages: the catalogue's always, the model's where it may be another.
 */
import { buildCataloguePack, readCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { buildModelPack, packRows, readModelPack, type PackRows } from "@spillway/model/packs/model-pack.ts";
import { budgetPacks } from "@spillway/model/packs/pack-budget.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { ItemModel } from "@spillway/model/scoring/item-model.ts";
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import type { PackVersions } from "@spillway/shared/protocol/pack-versions.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { issuesLine, type Issue } from "@spillway/shared/protocol/zod-issues.ts";

/** A model pack that stands in KV. */
export type StandingModelPack = Pick<PackVersions, "model" | "budget"> & { readonly rows: PackRows };

export type PackInput = {
  readonly catalogue: readonly CatalogueEntry[];
  /** By the content's clock. */
  readonly contentNowMs: number;
  /** Called only where a model pack has to be built. */
  readonly model: () => ItemModel;
  /** It stays, where the catalogue still begins with its rows; undefined where it has to be built. */
  readonly standing: StandingModelPack | undefined;
};

export type BuiltPacks = {
  readonly versions: PackVersions;
  readonly cataloguePack: Uint8Array | undefined;
  /** Undefined also where the standing one stays. */
  readonly modelPack: Uint8Array | undefined;
  readonly modelRows: PackRows;
  /** What no edge would take. */
  readonly refused: readonly Issue[];
};

const DAY_MS = 24 * 3600 * 1000;

/** A catalogue's pack begins with its day, so that time alone makes another one once a day. */
export function packDay(contentNowMs: number): number {
  return Math.floor(contentNowMs / DAY_MS);
}

export function buildPacks({ catalogue, contentNowMs, model: modelOf, standing }: PackInput): BuiltPacks {
  const fromMs = packDay(contentNowMs) * DAY_MS;
  const cataloguePack = buildCataloguePack(catalogue, fromMs);
  const read = readCataloguePack(cataloguePack);
  if (!read.ok) return nothing([{ key: KV_KEY.cataloguePack, reason: issuesLine(read.issues) }]);
  const { itemSeqs } = read.value;
  const version = { contentHash: contentHash(cataloguePack), bytes: cataloguePack.byteLength };
  if (standing !== undefined && beginsWithRows(itemSeqs, standing.rows)) {
    const { model, budget, rows } = standing;
    const versions = { catalogue: version, model, budget };
    return { versions, cataloguePack, modelPack: undefined, modelRows: rows, refused: [] };
  }
  const model = modelOf();
  const budget = budgetPacks(model, read.value.mostBytes);
  if (budget.kind === "none") return nothing([]);
  const modelRows = packRows(itemSeqs);
  const whole = { cataloguePack, modelRows };
  const withoutModel = { ...whole, modelPack: undefined };
  if (budget.kind === "candidates-only") {
    return {
      ...withoutModel,
      versions: { catalogue: version, model: null, budget: budget.kind },
      refused: [],
    };
  }
  const { weightsPerRow } = budget;
  const modelPack = buildModelPack(model, { weightsPerRow });
  const checked = readModelPack(modelPack);
  if (!checked.ok) {
    const refused = [{ key: KV_KEY.modelPack, reason: issuesLine(checked.issues) }];
    return {
      ...withoutModel,
      versions: { catalogue: version, model: null, budget: "candidates-only" },
      refused,
    };
  }
  const own = { contentHash: contentHash(modelPack), bytes: modelPack.byteLength, weightsPerRow };
  return {
    ...whole,
    modelPack,
    versions: { catalogue: version, model: own, budget: budget.kind },
    refused: [],
  };
}

/** Edges drop the packs that they have, since these may show what has been taken down since. */
function nothing(refused: readonly Issue[]): BuiltPacks {
  return {
    versions: { catalogue: null, model: null, budget: "none" },
    cataloguePack: undefined,
    modelPack: undefined,
    modelRows: packRows(new Uint32Array(0)),
    refused,
  };
}

function beginsWithRows(itemSeqs: Uint32Array, { count, checksum }: PackRows): boolean {
  return count <= itemSeqs.length && packRows(itemSeqs, count).checksum === checksum;
}
