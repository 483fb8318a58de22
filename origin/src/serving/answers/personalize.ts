/** Makes one user's own page from the user's history, by the item–item model. Pure. */
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import { playsIn, type ProfileColumns } from "@spillway/model/profile/history-columns.ts";
import type { RankedCarousel } from "@spillway/model/pages/carousels.ts";
import type { ScoredViewer } from "@spillway/model/scoring/viewer-scorer.ts";
import { personalCarousels, playedRows } from "@spillway/model/pages/personal-carousels.ts";
import type { SparseVector } from "@spillway/model/profile/history-vector.ts";
import type { PreparedContext } from "@spillway/model/pages/candidate-carousels.ts";
import type { ServingCluster } from "../snapshot/cluster-table.ts";
import { isHub, isShown, type Snapshot } from "../snapshot/snapshot.ts";
import { withheldRows } from "../snapshot/withheld-rows.ts";

export type KnownProfile = {
  readonly profile: ProfileColumns;
  /** The model's row of each entry of the history. */
  readonly rows: Int32Array;
};

/** `x`: the history's vector. */
export function viewerOf(
  { priorOf }: Snapshot,
  { history }: Pick<ProfileColumns, "history">,
  x: SparseVector,
  cluster: ServingCluster | undefined,
): ScoredViewer {
  return { x, plays: playsIn(history), prior: cluster && priorOf(cluster) };
}

/** Without any where nothing is left to show that scores decide. */
export function individualCarousels(
  snapshot: Snapshot,
  context: PreparedContext,
  { profile, rows }: KnownProfile,
  viewer: ScoredViewer,
  audience: Audience,
): RankedCarousel[] {
  const withheld = withheldRows(snapshot, audience);
  const { model } = snapshot;
  const notInterested = profile.hidden
    .map(({ item }) => model.rowOf(item))
    .filter((row) => row !== undefined);
  const viewerRows = { ...playedRows(profile.history, rows), notInterested };
  const { leftOut, given } = personalCarousels(context.context, viewerRows, {
    isHub: (row) => isHub(snapshot, row),
    mayBeShown: (row) => isShown(snapshot, row) && !withheld.has(row),
  });
  const hidden = [...snapshot.withdrawn, ...withheld.rows, ...leftOut];
  return snapshot.rank(context, viewer, { hidden, given });
}

/** How the user was known; undefined for a stranger, whose page is the cluster's taste and no more. */
export function knownBy({ history, hidden }: ProfileColumns): "origin" | undefined {
  return history.items.length > 0 || hidden.length > 0 ? "origin" : undefined;
}
