/** Answers `context=similar` and `context=search`, individually when the visitor is given. */
import { refused } from "@spillway/shared/protocol/problem.ts";
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import { NO_PROFILE } from "@spillway/model/profile/fold.ts";
import { profileColumns, rowsOf, type ProfileColumns } from "@spillway/model/profile/history-columns.ts";
import { recenciesAt, vectorOf } from "@spillway/model/profile/history-vector.ts";
import { freshPage, type Answer, type RecommenderDeps, type RelatedQuery, type Visitor } from "./answer.ts";
import { knownBy, viewerOf } from "./personalize.ts";
import { rankedPage } from "./page-bytes.ts";
import { matchingRows, similarRows, type TextMatch } from "./related.ts";
import { titleOf, type Snapshot } from "../snapshot/snapshot.ts";
import { isShownTo } from "../snapshot/withheld-rows.ts";

const SEARCH_LIMIT = 100;
const NOBODY = profileColumns(NO_PROFILE);

export function relatedPage(
  deps: RecommenderDeps,
  query: RelatedQuery,
  reason: ServedReason,
  nowMs: number,
  visitor: Visitor | undefined,
): Answer {
  const snapshot = deps.snapshot();
  const contentNowMs = nowMs + deps.clockOffsetMs();
  const subject = query.item === undefined ? undefined : rowOfItem(deps, snapshot, query.item);
  if (query.context === "similar" && subject === undefined) {
    return refused(404, "item", `"${query.item}" is not in the catalogue`);
  }
  const personal = visitor !== undefined && snapshot.trained;
  if (personal) deps.onInference();
  const profile = personal ? deps.profileOf(visitor.user) : NOBODY;
  const taste = personal ? tasteOf(snapshot, visitor, profile, contentNowMs) : undefined;
  const isShown = (row: number): boolean => isShownTo(snapshot, query.audience, row);
  // Who searches for a title by its name wants it, whatever they have said of it before.
  const unwanted = new Set(profile.hidden.map(({ item }) => snapshot.model.rowOf(item)));
  const rows =
    subject === undefined
      ? matchingRows(snapshot, searchRows(deps, snapshot, query.q ?? ""), taste, isShown)
      : similarRows(snapshot, subject, taste, (row) => isShown(row) && !unwanted.has(row));
  const title =
    subject === undefined ? `Results for “${query.q ?? ""}”` : `More like ${titleOf(snapshot, subject)}`;
  const carousels = [{ id: query.context, title, rows }];
  const as = personal ? "individual" : "generic";
  return freshPage(
    query.context,
    { as, reason, cluster: visitor?.cluster ?? GENERIC_CLUSTER, viewer: knownBy(profile) },
    snapshot,
    nowMs,
    (head) => rankedPage(snapshot, head, carousels),
  );
}

function rowOfItem(deps: RecommenderDeps, { model }: Snapshot, id: string): number | undefined {
  const seq = deps.seqOfItem(id);
  return seq === undefined ? undefined : model.rowOf(seq);
}

/** By row, until the next viewer is scored. */
function tasteOf(
  snapshot: Snapshot,
  visitor: Visitor,
  profile: ProfileColumns,
  contentNowMs: number,
): Float32Array {
  const { history } = profile;
  const x = vectorOf(history, recenciesAt(history, contentNowMs), rowsOf(history, snapshot.model));
  snapshot.scorer.score(viewerOf(snapshot, profile, x, snapshot.clusters.get(visitor.cluster)));
  return snapshot.scorer.scores;
}

function searchRows(deps: RecommenderDeps, { model }: Snapshot, query: string): TextMatch[] {
  return deps
    .search(query, SEARCH_LIMIT)
    .map(({ seq, relevance }) => ({ row: model.rowOf(seq) ?? -1, relevance }))
    .filter(({ row }) => row >= 0);
}
