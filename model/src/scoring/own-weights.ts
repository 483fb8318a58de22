/** What the plays of an item by a cluster's members mean for that item itself on the cluster's page. Pure. */
import type { ItemModel } from "./item-model.ts";

/**
 * The weight of an item into itself, as a share of the sum of its weights into all others. Trainers leave the
 * diagonal out, since what a user has played needs no prediction. On a cluster's page an item was played by
 * others of the same taste, which is evidence of its own: first visits to the demo gain a quarter in NDCG@10,
 * and on MovieLens 1M ten clusters are no worse than popularity within them.
 */
const OWN_SHARE = 0.3;

/**
 * `model` with a weight from each item into itself. `plays` is by row; rows beyond its end count as unplayed.
 */
export function withOwnWeights(model: ItemModel, plays: ArrayLike<number>): ItemModel {
  const { rowStarts, columns, weights } = model;
  const items = rowStarts.length - 1;
  const own = OWN_SHARE * Math.max(0, weightOfAPlay(model, plays));
  const starts = rowStarts.map((start, row) => start + row);
  const ownColumns = new Uint32Array(columns.length + items);
  const ownWeights = new Float32Array(columns.length + items);
  for (let row = 0; row < items; row += 1) {
    const [from, to, into] = [rowStarts[row]!, rowStarts[row + 1]!, starts[row]!];
    ownColumns.set(columns.subarray(from, to), into);
    ownWeights.set(weights.subarray(from, to), into);
    ownColumns[into + to - from] = row;
    ownWeights[into + to - from] = own;
  }
  return { ...model, rowStarts: starts, columns: ownColumns, weights: ownWeights };
}

/** The mean, over all plays, of the sum of the played item's weights into others. */
function weightOfAPlay({ rowStarts, weights }: ItemModel, plays: ArrayLike<number>): number {
  let weighted = 0;
  let all = 0;
  for (let row = 0; row + 1 < rowStarts.length && row < plays.length; row += 1) {
    let sum = 0;
    for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at += 1) sum += weights[at]!;
    weighted += plays[row]! * sum;
    all += plays[row]!;
  }
  return all === 0 ? 0 : weighted / all;
}
