/**
 * Individual personalization: one user's own page, from the item–item model over the user's own history.
 * Pure.
 */
import type { Profile } from "@spillway/model/profile/fold.ts";
import { ITEMS_PER_CAROUSEL, rankCarousels, type GivenCarousel } from "@spillway/model/pages/carousels.ts";
import type { PageWorkspace } from "@spillway/model/pages/page-workspace.ts";
import { individualScores } from "@spillway/model/scoring/individual-scores.ts";
import type { SparseVector } from "@spillway/model/profile/history-vector.ts";
import type { PreparedContext } from "@spillway/model/pages/candidate-carousels.ts";
import type { ServingCluster } from "../snapshot/cluster-table.ts";
import { isHub, isShown, pageCarouselsJson, type Snapshot } from "../snapshot/snapshot.ts";

/** From this weight on an item has been watched and is not recommended again. */
const WATCHED = 0.8;

/** By row of the snapshot's model. `x`: the history's vector. Valid until the next call. */
export function scoresOf(
  { model }: Snapshot,
  profile: Profile,
  x: SparseVector,
  cluster: ServingCluster | undefined,
  workspace: PageWorkspace,
): Float32Array {
  const plays = profile.history.reduce((sum, { weight }) => sum + weight, 0);
  return individualScores(
    model,
    { x, plays, prior: cluster?.packedScores },
    workspace.scores(model.itemSeqs.length),
  );
}

/**
 * The carousels' JSON; undefined when nothing is left to show. What the user has watched is left out, and
 * offered again in a carousel of its own.
 */
export function personalCarousels(
  snapshot: Snapshot,
  context: PreparedContext,
  profile: Profile,
  scores: Float32Array,
  workspace: PageWorkspace,
): Buffer | undefined {
  const watched = profile.history
    .filter(({ weight }) => weight >= WATCHED)
    .toSorted((a, b) => b.timeMs - a.timeMs)
    .map(({ item }) => snapshot.model.rowOf(item))
    .filter((row) => row !== undefined);
  const hidden = new Set(snapshot.withdrawn);
  for (const row of watched) if (!isHub(snapshot, row)) hidden.add(row);
  const seen = watched.filter((row) => isShown(snapshot, row));
  const carousels = rankCarousels(context, scores, { hidden, given: again(context, seen), workspace });
  return carousels.length === 0 ? undefined : pageCarouselsJson(snapshot, carousels);
}

function again(context: PreparedContext, watched: readonly number[]): GivenCarousel[] {
  if (context.context !== "homepage") return [];
  const rows = watched.slice(0, ITEMS_PER_CAROUSEL);
  return rows.length === 0 ? [] : [{ id: "again", title: "Watch again", rows, at: 2 }];
}
