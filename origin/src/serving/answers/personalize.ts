/** Makes one user's own page from the user's history, by the item–item model. Pure. */
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import type { Profile } from "@spillway/model/profile/fold.ts";
import type { RankedCarousel } from "@spillway/model/pages/carousels.ts";
import type { ScoredViewer } from "@spillway/model/scoring/viewer-scorer.ts";
import { personalCarousels, type ViewerRows } from "@spillway/model/pages/personal-carousels.ts";
import { WATCHED_WEIGHT } from "@spillway/model/profile/history.ts";
import type { SparseVector } from "@spillway/model/profile/history-vector.ts";
import type { PreparedContext } from "@spillway/model/pages/candidate-carousels.ts";
import type { ServingCluster } from "../snapshot/cluster-table.ts";
import { isHub, isShown, type Snapshot } from "../snapshot/snapshot.ts";
import { withheldRows } from "../snapshot/withheld-rows.ts";

/** `x`: the history's vector. */
export function viewerOf(
  { priorOf }: Snapshot,
  { history }: Profile,
  x: SparseVector,
  cluster: ServingCluster | undefined,
): ScoredViewer {
  let plays = 0;
  for (const { weight } of history) plays += weight;
  return { x, plays, prior: cluster && priorOf(cluster) };
}

/** Without any where nothing is left to show that scores decide. */
export function individualCarousels(
  snapshot: Snapshot,
  context: PreparedContext,
  profile: Profile,
  viewer: ScoredViewer,
  audience: Audience,
): RankedCarousel[] {
  const withheld = withheldRows(snapshot, audience);
  const { leftOut, given } = personalCarousels(context.context, viewerRows(snapshot, profile), {
    isHub: (row) => isHub(snapshot, row),
    mayBeShown: (row) => isShown(snapshot, row) && !withheld.has(row),
  });
  const hidden = [...snapshot.withdrawn, ...withheld.rows, ...leftOut];
  return snapshot.rank(context, viewer, { hidden, given });
}

/** By row. */
export function unfinishedShares({ model }: Snapshot, { history }: Profile): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (const { item, progress } of history) {
    if (progress === undefined) continue;
    const row = model.rowOf(item);
    if (row !== undefined) shares.set(row, progress);
  }
  return shares;
}

/** How the user was known; undefined for a stranger, whose page is the cluster's taste and no more. */
export function knownBy({ history, hidden }: Profile): "origin" | undefined {
  return history.length > 0 || hidden.length > 0 ? "origin" : undefined;
}

function viewerRows({ model }: Snapshot, { history, hidden }: Profile): ViewerRows {
  const watched: number[] = [];
  const unfinished: number[] = [];
  for (const { item, weight, progress } of newestFirst(history)) {
    const row = model.rowOf(item);
    if (row === undefined) continue;
    if (weight >= WATCHED_WEIGHT) watched.push(row);
    if (progress !== undefined) unfinished.push(row);
  }
  const notInterested = hidden.map(({ item }) => model.rowOf(item)).filter((row) => row !== undefined);
  return { watched, newest: watched, unfinished, notInterested };
}

/** A stored history stands in this order already, but for what no cycle has folded yet. */
function newestFirst(history: Profile["history"]): Profile["history"] {
  let beforeMs = Infinity;
  for (const { timeMs } of history) {
    if (timeMs > beforeMs) return history.toSorted((a, b) => b.timeMs - a.timeMs);
    beforeMs = timeMs;
  }
  return history;
}
