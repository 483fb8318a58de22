/** The two packs together: used only where the one is about the rows of the other. Pure. */
import type { CataloguePack } from "./catalogue-pack.ts";
import { packRows, type ModelPack } from "./model-pack.ts";

export type Packs = {
  readonly catalogue: CataloguePack;
  /**
   * By row of the catalogue. Undefined where it would take too much memory: only candidates are ranked then.
   */
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
  const own: ModelPack =
    count === rows
      ? model
      : {
          ...model,
          rowStarts: lengthened(model.rowStarts.subarray(0, count + 1), new Uint32Array(rows + 1)),
          scales: lengthened(model.scales.subarray(0, count), new Float32Array(rows)),
        };
  return { catalogue, model: own, bytes: () => catalogue.bytes() + bytesOfModel(own) };
}

/** `values`, the last of which repeats to the end of `longer`. */
function lengthened<Values extends Uint32Array | Float32Array>(values: Values, longer: Values): Values {
  longer.fill(values.at(-1) ?? 0);
  longer.set(values);
  return longer;
}

function bytesOfModel({ rowStarts, targets, weights, scales }: ModelPack): number {
  return rowStarts.byteLength + targets.byteLength + weights.byteLength + scales.byteLength;
}
