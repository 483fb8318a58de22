/** Answers to `context=similar` and `context=search`, personal where somebody is there to be personal for. */
import type { ServedReason } from "@spillway/shared/served.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/wire.ts";
import { carouselsJson } from "../ranking/page-item.ts";
import { freshPage, type Answer, type RecommenderDeps, type RelatedQuery, type Visitor } from "./answer.ts";
import { individualScores } from "./personalize.ts";
import { matchingRows, similarRows, type TextMatch } from "./related.ts";
import type { Snapshot } from "./snapshot.ts";

const SEARCH_LIMIT = 100;

export function relatedPage(
  deps: RecommenderDeps,
  query: RelatedQuery,
  reason: ServedReason,
  nowMs: number,
  visitor: Visitor | undefined,
): Answer {
  const snapshot = deps.snapshot();
  const contentNowMs = nowMs + deps.clockOffsetMs();
  const subject = query.item === undefined ? undefined : snapshot.rowOfId(query.item);
  if (query.context === "similar" && subject === undefined) {
    return { kind: "unknown", key: "item", reason: `"${query.item}" is not in the catalogue` };
  }
  const personal = visitor !== undefined && snapshot.trained;
  if (personal) deps.onInference();
  const taste = personal
    ? individualScores(
        snapshot,
        deps.profileOf(visitor.user),
        snapshot.clusters.get(visitor.cluster),
        contentNowMs,
      )
    : undefined;
  const rows =
    subject === undefined
      ? matchingRows(snapshot, searchRows(deps, snapshot, query.q ?? ""), contentNowMs, taste)
      : similarRows(snapshot, subject, contentNowMs, taste);
  const title =
    subject === undefined
      ? `Results for “${query.q ?? ""}”`
      : `More like ${snapshot.items[subject]?.title ?? ""}`;
  const carousels = carouselsJson([{ id: query.context, title, rows }], snapshot.itemJson);
  const as = personal ? "individual" : "generic";
  return freshPage(
    query.context,
    { as, reason, cluster: visitor?.cluster ?? GENERIC_CLUSTER },
    snapshot,
    nowMs,
    carousels,
  );
}

function searchRows(deps: RecommenderDeps, snapshot: Snapshot, query: string): TextMatch[] {
  return deps
    .search(query, SEARCH_LIMIT)
    .map(({ id, relevance }) => ({ row: snapshot.rowOfId(id) ?? -1, relevance }))
    .filter(({ row }) => row >= 0);
}
