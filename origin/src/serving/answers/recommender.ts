/** Answers `GET /recommendations` from the snapshot and the user's profile. */
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import type { Answer, RecommenderDeps, RelatedQuery, Visitor } from "./answer.ts";
import { individualPage } from "./individual-page.ts";
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
  return {
    individual: (context, visitor, reason, nowMs) => individualPage(deps, context, visitor, reason, nowMs),
    storedPage: (context, cluster, reason, nowMs, audience) =>
      storedPage(deps, context, cluster, reason, nowMs, audience),
    related: (query, reason, nowMs, visitor) => relatedPage(deps, query, reason, nowMs, visitor),
  };
}
