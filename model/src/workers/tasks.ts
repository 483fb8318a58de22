/**
 * The tasks as threads load them: with the clock, the hash and the buffers that the pure code leaves to its
 * caller.
 */
import { buildBlock as buildBlockWith, type BlockInput, type BlockOutput } from "../pages/build-block.ts";
import { createPageWorkspace } from "../pages/page-workspace.ts";
import { loadModel, type LoadedModel, type ModelByTarget } from "../scoring/products.ts";
import { contentHash } from "./content-hash.ts";
import { copyBytes } from "./copy-bytes.ts";

export { calibrate } from "./calibrate.ts";
export { sumOwnHistories } from "../clusters/sum-histories.ts";
export { meansOfItems } from "../clusters/means-of-items.ts";
export { writeSegments } from "../clusters/segmenter.ts";
export { packPriors } from "../scoring/packed-scores.ts";
export { cosineColumns } from "../trainers/cosine-tasks.ts";
export { invertShare } from "../trainers/block-inverse.ts";
export { dualColumns } from "../trainers/dual-tasks.ts";
export { easeColumns, gramRows, mirrorColumns } from "../trainers/ease-tasks.ts";
export { intoTail, outOfTail } from "../trainers/head-tasks.ts";
export { pairRows } from "../trainers/pair-tasks.ts";
export { fitColumns } from "../trainers/fit-tasks.ts";

/** The workspace of this thread, which every block uses again. */
const workspace = createPageWorkspace();
let loaded: LoadedModel | undefined;

/** A thread copies a model into its kernel's memory once, and keeps the newest. */
function loadOnce(model: ModelByTarget): LoadedModel {
  if (loaded?.id !== model.id) loaded = loadModel(model);
  return loaded;
}

export function buildBlock(input: BlockInput): BlockOutput {
  return buildBlockWith(input, {
    workspace,
    loadModel: loadOnce,
    contentHash,
    copyBytes,
    nowMs: () => performance.now(),
  });
}
