/**
 * Answers with a page of the user's own: from one read of the profile, by the model and the carousels' rules.
 */
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import { NONE, type ProfileSignals } from "@spillway/shared/signals/signals.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import type { RankedCarousel } from "@spillway/model/pages/carousels.ts";
import { unfinishedShares, unfinishedTexts } from "@spillway/model/pages/unfinished-texts.ts";
import { profileColumns, rowsOf, type ProfileColumns } from "@spillway/model/profile/history-columns.ts";
import { recenciesAt, vectorOf, type SparseVector } from "@spillway/model/profile/history-vector.ts";
import { depthIn, recencyIn } from "@spillway/model/profile/profile-signals.ts";
import { withUnseen } from "@spillway/model/profile/unseen-events.ts";
import { viewerState } from "@spillway/model/profile/viewer-state-of.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { freshPage, refuseContext, type Answer, type RecommenderDeps, type Visitor } from "./answer.ts";
import { withRowPins, type PinnedCarousels } from "./own-pins.ts";
import { rankedPage } from "./page-bytes.ts";
import { individualCarousels, knownBy, viewerOf, type KnownProfile } from "./personalize.ts";
import { storedPage } from "./stored-page.ts";

export function individualPage(
  deps: RecommenderDeps,
  context: string,
  visitor: Visitor,
  reason: ServedReason,
  nowMs: number,
): Answer {
  const snapshot = deps.snapshot();
  const prepared = snapshot.contexts.get(context);
  if (prepared === undefined) return refuseContext(context, snapshot);
  const withoutModel = (): Answer =>
    storedPage(deps, context, visitor.cluster, "no-model", nowMs, visitor.audience);
  if (!snapshot.trained) return withoutModel();
  const clockOffsetMs = deps.clockOffsetMs();
  const contentNowMs = nowMs + clockOffsetMs;
  const stored = deps.profileOf(visitor.user);
  const { unseen } = visitor;
  const profile =
    unseen === undefined
      ? stored
      : profileColumns(withUnseen(stored.whole(), unseen, { nowMs, clockOffsetMs }));
  deps.onInference();
  const cluster = snapshot.clusters.get(visitor.cluster) ?? snapshot.clusters.get(GENERIC_CLUSTER);
  const recencies = recenciesAt(profile.history, contentNowMs);
  const rows = rowsOf(profile.history, snapshot.model);
  const x = vectorOf(profile.history, recencies, rows);
  const viewer = viewerOf(snapshot, profile, x, cluster);
  const own = individualCarousels(snapshot, prepared, { profile, rows }, viewer, visitor.audience);
  // This user has watched everything that could be shown. The cluster's page is better than an empty one.
  if (own.length === 0) return withoutModel();
  const known = remembered(() => signalsOf(snapshot, { profile, rows }, x, contentNowMs));
  const { carousels, texts } = withPins(deps, snapshot, own, { context, visitor, profile, known, nowMs });
  const shares = unfinishedShares(profile.history, rows);
  const changed = unfinishedTexts(carousels, shares, snapshot.data.table, texts);
  const served = {
    as: "individual",
    reason,
    cluster: cluster?.id ?? GENERIC_CLUSTER,
    viewer: knownBy(profile),
  } as const;
  return {
    ...freshPage(context, served, snapshot, nowMs, (head) => rankedPage(snapshot, head, carousels, changed)),
    // What was carried stays the carrier's to say, with its age: an erasure may have made it void.
    viewer: () =>
      viewerState({
        history: stored.history,
        recencies: stored === profile ? recencies : recenciesAt(stored.history, contentNowMs),
        hidden: stored.hidden,
        signals: known(),
        foldedMs: Math.max(0, stored.updatedMs - clockOffsetMs),
        nowMs,
        clockOffsetMs,
      }),
  };
}

function signalsOf(
  { affinityOf, data }: Snapshot,
  { profile: { history }, rows }: KnownProfile,
  x: SparseVector,
  contentNowMs: number,
): ProfileSignals {
  return {
    affinity: affinityOf?.(x) ?? NONE,
    recency: recencyIn(history, rows, data.table.publishedMs),
    depth: depthIn(history, contentNowMs),
  };
}

function remembered<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

type PinnedFor = {
  readonly context: string;
  readonly visitor: Visitor;
  readonly profile: ProfileColumns;
  readonly known: () => ProfileSignals;
  readonly nowMs: number;
};

/** `texts` stand for the rows' own. */
function withPins(
  { seqOfItem }: RecommenderDeps,
  snapshot: Snapshot,
  carousels: readonly RankedCarousel[],
  { context, visitor, profile, known, nowMs }: PinnedFor,
): PinnedCarousels {
  const { editorial, changedItems } = snapshot;
  const pins = editorial.hasPins(context)
    ? editorial.pinsFor({ ...visitor.signals, ...known() }, context, nowMs)
    : [];
  if (pins.length === 0) return { carousels, texts: changedItems };
  const unwanted = new Set<number | undefined>(profile.hidden.map(({ item }) => item));
  const pinned = withRowPins(snapshot, carousels, {
    pins,
    audience: visitor.audience,
    isWanted: ({ id }) => unwanted.size === 0 || !unwanted.has(seqOfItem(id)),
    seqOfItem,
  });
  return { ...pinned, texts: new Map([...changedItems, ...pinned.texts]) };
}
