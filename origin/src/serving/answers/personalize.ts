/** Makes one user's own page from the user's history, by the item–item model. Pure. */
import type { Profile } from "@spillway/model/profile/fold.ts";
import { ITEMS_PER_CAROUSEL, rankCarousels, type GivenCarousel } from "@spillway/model/pages/carousels.ts";
import type { PageWorkspace } from "@spillway/model/pages/page-workspace.ts";
import { individualScores } from "@spillway/model/scoring/individual-scores.ts";
import { WATCHED_WEIGHT } from "@spillway/model/profile/history.ts";
import type { SparseVector } from "@spillway/model/profile/history-vector.ts";
import type { PreparedContext } from "@spillway/model/pages/candidate-carousels.ts";
import type { ServingCluster } from "../snapshot/cluster-table.ts";
import { isHub, isShown, pageCarouselsJson, type Snapshot } from "../snapshot/snapshot.ts";

/** Returns scores by row of the snapshot's model, valid until the next call. `x` is the history's vector. */
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
 * Returns the carousels' JSON; undefined when nothing is left to show. Watched items are left out of the
 * other carousels, and offered again in the carousel "Watch again".
 */
export function personalCarousels(
  snapshot: Snapshot,
  context: PreparedContext,
  profile: Profile,
  scores: Float32Array,
  workspace: PageWorkspace,
): Buffer | undefined {
  const watched = profile.history
    .filter(({ weight }) => weight >= WATCHED_WEIGHT)
    .toSorted((a, b) => b.timeMs - a.timeMs)
    .map(({ item }) => snapshot.model.rowOf(item))
    .filter((row) => row !== undefined);
  const hidden = new Set(snapshot.withdrawn);
  for (const row of watched) if (!isHub(snapshot, row)) hidden.add(row);
  const seen = watched.filter((row) => isShown(snapshot, row));
  const carousels = rankCarousels(context, scores, { hidden, given: watchAgain(context, seen), workspace });
  return carousels.length === 0 ? undefined : pageCarouselsJson(snapshot, carousels);
}

function watchAgain(context: PreparedContext, watched: readonly number[]): GivenCarousel[] {
  if (context.context !== "homepage") return [];
  const rows = watched.slice(0, ITEMS_PER_CAROUSEL);
  return rows.length === 0 ? [] : [{ id: "again", title: "Watch again", rows, at: 2 }];
}
