/** Individual personalization: one user's own page, from the item–item model over the user's own history. Pure. */
import type { Profile } from "@spillway/model/profile/fold.ts";
import { ITEMS_PER_CAROUSEL, rankCarousels, type GivenCarousel } from "@spillway/model/pages/carousels.ts";
import { addScores, type SparseVector } from "@spillway/model/scoring/item-model.ts";
import { addPackedScores } from "@spillway/model/scoring/scores.ts";
import type { PreparedContext } from "@spillway/model/pages/candidate-carousels.ts";
import type { ServingCluster } from "../snapshot/cluster-table.ts";
import { isHub, isShown, pageCarouselsJson, type Snapshot } from "../snapshot/snapshot.ts";

/** The cluster counts like this many plays of the user's own: it leads for a stranger and fades with the history. */
const PRIOR_PLAYS = 3;

/** From this weight on an item has been watched and is not recommended again. */
const WATCHED = 0.8;

/**
 * Individual scores by row of the snapshot's model: own taste and the cluster's, weighted by how much is known. `x`: the
 * history's vector. Valid until the next call.
 */
export function individualScores(
  snapshot: Snapshot,
  profile: Profile,
  x: SparseVector,
  cluster: ServingCluster | undefined,
): Float32Array {
  const { model } = snapshot;
  const size = model.itemSeqs.length;
  scratch = scratch.length === size ? scratch.fill(0) : new Float32Array(size);
  const scores = scratch;
  const plays = profile.history.reduce((sum, { weight }) => sum + weight, 0);
  const own = plays / (plays + PRIOR_PLAYS);
  addScores(model, x, own, scores);
  if (cluster !== undefined) addPackedScores(cluster.packedScores, model.rowOf, 1 - own, scores);
  return scores;
}

/** Overwritten by every answer: the system takes longer to give out this much new memory than it takes to fill it. */
let scratch = new Float32Array(0);

/**
 * The carousels' JSON; undefined when nothing is left to show. What the user has watched is left out, and offered again in a
 * carousel of its own.
 */
export function personalCarousels(
  snapshot: Snapshot,
  context: PreparedContext,
  profile: Profile,
  scores: Float32Array,
): Buffer | undefined {
  const watched = profile.history
    .filter(({ weight }) => weight >= WATCHED)
    .toSorted((a, b) => b.timeMs - a.timeMs)
    .map(({ item }) => snapshot.model.rowOf(item))
    .filter((row) => row !== undefined);
  const hidden = new Set(snapshot.withdrawn);
  for (const row of watched) if (!isHub(snapshot, row)) hidden.add(row);
  const seen = watched.filter((row) => isShown(snapshot, row));
  const carousels = rankCarousels(context, scores, hidden, again(context, seen));
  return carousels.length === 0 ? undefined : pageCarouselsJson(snapshot, carousels);
}

function again(context: PreparedContext, watched: readonly number[]): GivenCarousel[] {
  if (context.context !== "homepage") return [];
  const rows = watched.slice(0, ITEMS_PER_CAROUSEL);
  return rows.length === 0 ? [] : [{ id: "again", title: "Watch again", rows, at: 2 }];
}
