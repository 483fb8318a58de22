/** The two packs together: used only where the one is about the rows of the other. Pure. */
import type { CataloguePack } from "./catalogue-pack.ts";
import { packRows, type ModelPack } from "./model-pack.ts";

export type Packs = {
  readonly catalogue: CataloguePack;
  /** By row of the catalogue. Undefined where it would take too much memory: only candidates are ranked then. */
  readonly model: ModelPack | undefined;
  /** In memory, as it is now. */
  readonly bytes: () => number;
};

/**
 * Undefined where the catalogue does not begin with the model's rows. Items that have come since the model
 * was packed have no weights yet: their rows are the last.
 */
export function pairPacks(catalogue: CataloguePack, model: ModelPack | undefined): Packs | undefined {
  if (model === undefined) return { catalogue, model, bytes: catalogue.bytes };
  const { count, checksum } = model.rows;
  const rows = catalogue.itemSeqs.length;
  if (count > rows || packRows(catalogue.itemSeqs, count).checksum !== checksum) return undefined;
  const rowStarts = count === rows ? model.rowStarts : grown(model.rowStarts, rows + 1);
  const scales = count === rows ? model.scales : grownScales(model.scales, rows);
  const own = { ...model, rowStarts, scales };
  return { catalogue, model: own, bytes: () => catalogue.bytes() + bytesOfModel(own) };
}

function grown(starts: Uint32Array, length: number): Uint32Array {
  const longer = new Uint32Array(length).fill(starts.at(-1) ?? 0);
  longer.set(starts);
  return longer;
}

function grownScales(scales: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length);
  longer.set(scales);
  return longer;
}

function bytesOfModel({ rowStarts, targets, weights, scales }: ModelPack): number {
  return rowStarts.byteLength + targets.byteLength + weights.byteLength + scales.byteLength;
}
