/** Answers `GET /recommendations` from the snapshot and the user's profile. */
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import { NONE } from "@spillway/shared/signals/signals.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import { affinityOf } from "@spillway/model/clusters/taste.ts";
import { createPageWorkspace } from "@spillway/model/pages/page-workspace.ts";
import { profileSignals } from "@spillway/model/profile/profile-signals.ts";
import { withUnseen } from "@spillway/model/profile/unseen-events.ts";
import { viewerStateOf } from "@spillway/model/profile/viewer-changes.ts";
import { historyVector } from "@spillway/model/profile/history-vector.ts";
import {
  freshPage,
  refuseContext,
  withPins,
  type Answer,
  type RecommenderDeps,
  type RelatedQuery,
  type Visitor,
} from "./answer.ts";
import { individualCarousels, knownBy, scoresOf } from "./personalize.ts";
import { relatedPage } from "./related-page.ts";
import { storedPage } from "./stored-page.ts";

export type Recommender = {
  readonly individual: (context: string, visitor: Visitor, reason: ServedReason, nowMs: number) => Answer;
  readonly storedPage: (
    context: string,
    cluster: string,
    reason: ServedReason,
    nowMs: number,
    audience: Audience,
  ) => Answer;
  /**
   * Without a visitor there is no inference: the order is that of the stored neighbours, or of the text
   * matches.
   */
  readonly related: (query: RelatedQuery, reason: ServedReason, nowMs: number, visitor?: Visitor) => Answer;
};

export function createRecommender(deps: RecommenderDeps): Recommender {
  const workspace = createPageWorkspace();
  return {
    individual: (context, visitor, reason, nowMs) => {
      const snapshot = deps.snapshot();
      const prepared = snapshot.contexts.get(context);
      if (prepared === undefined) return refuseContext(context, snapshot);
      if (!snapshot.trained) {
        return storedPage(deps, context, visitor.cluster, "no-model", nowMs, visitor.audience);
      }
      const contentNowMs = nowMs + deps.clockOffsetMs();
      const clocks = { nowMs, clockOffsetMs: deps.clockOffsetMs() };
      const stored = deps.profileOf(visitor.user);
      const { unseen } = visitor;
      const profile = unseen === undefined ? stored : withUnseen(stored, unseen, clocks);
      deps.onInference();
      const cluster = snapshot.clusters.get(visitor.cluster) ?? snapshot.clusters.get(GENERIC_CLUSTER);
      const x = historyVector(profile.history, snapshot.model, contentNowMs);
      const scores = scoresOf(snapshot, profile, x, cluster, workspace);
      const affinity = snapshot.taste === undefined ? NONE : affinityOf(snapshot.taste, x);
      const known = profileSignals(profile.history, affinity, snapshot.traits, contentNowMs);
      const own = individualCarousels(snapshot, prepared, profile, scores, visitor.audience, workspace);
      // This user has watched everything that could be shown. The cluster's page is better than an empty one.
      if (own === undefined) {
        return storedPage(deps, context, visitor.cluster, "no-model", nowMs, visitor.audience);
      }
      const unwanted = new Set<number | undefined>(profile.hidden.map(({ item }) => item));
      const carousels = withPins(
        snapshot,
        own,
        {
          signals: { ...visitor.signals, ...known },
          audience: visitor.audience,
          isWanted: ({ id }) => unwanted.size === 0 || !unwanted.has(deps.seqOfItem(id)),
        },
        context,
        nowMs,
      );
      const updatedMs = Math.max(0, stored.updatedMs - clocks.clockOffsetMs);
      return {
        ...freshPage(
          context,
          {
            as: "individual",
            reason,
            cluster: cluster?.id ?? GENERIC_CLUSTER,
            viewer: knownBy(profile),
          },
          snapshot,
          nowMs,
          carousels,
        ),
        // What was carried stays the carrier's to say, with its age: an erasure may have made it void.
        viewer: viewerStateOf(stored, known, updatedMs, nowMs, clocks.clockOffsetMs),
      };
    },
    storedPage: (context, cluster, reason, nowMs, audience) =>
      storedPage(deps, context, cluster, reason, nowMs, audience),
    related: (query, reason, nowMs, visitor) => relatedPage(deps, query, reason, nowMs, workspace, visitor),
  };
}
