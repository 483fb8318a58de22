/**
 * Confidence intervals where neighbours are alike: visits of one hour see the same pages, so hours are
 * resampled and not visits (the block bootstrap: H. Künsch, Annals of Statistics, 1989). Pure.
 */
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { RESAMPLES } from "../cold/bootstrap.ts";

/**
 * `blocks`: the block of each visit. Returns each row's means: resamples of blocks, the same ones for each
 * row.
 */
export function blockMeans(
  rows: readonly Float64Array[],
  blocks: Uint32Array,
  seed: number,
  resamples = RESAMPLES,
): Float64Array[] {
  const count = blocks.reduce((most, block) => Math.max(most, block + 1), 0);
  const sizes = new Float64Array(count);
  const sums = rows.map(() => new Float64Array(count));
  blocks.forEach((block, at) => {
    sizes[block]! += 1;
    rows.forEach((row, index) => (sums[index]![block]! += row[at]!));
  });
  const random = seededRandom(seed);
  const means = rows.map(() => new Float64Array(resamples));
  const drawn = new Uint32Array(count);
  for (let at = 0; at < resamples; at += 1) {
    let size = 0;
    for (let block = 0; block < count; block += 1) {
      drawn[block] = Math.floor(random() * count);
      size += sizes[drawn[block]!]!;
    }
    sums.forEach((own, index) => {
      means[index]![at] = drawn.reduce((sum, block) => sum + own[block]!, 0) / size;
    });
  }
  return means;
}
