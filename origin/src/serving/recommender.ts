/** Answers to `GET /recommendations`: what is asked for, from the snapshot and the user's own profile. */
import { createHash } from "node:crypto";
import { overlayPins } from "@spillway/shared/editorial.ts";
import type { Carousel } from "@spillway/shared/page.ts";
import { formatProfileCookie } from "@spillway/shared/read-signals/profile-cookie.ts";
import type { Served, ServedReason } from "@spillway/shared/served.ts";
import type { Signals } from "@spillway/shared/signals.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/wire.ts";
import type { Profile } from "../profile/fold.ts";
import { profileSignals } from "../profile/profile-signals.ts";
import { carouselsJson } from "../ranking/page-item.ts";
import { individualScores, personalCarousels } from "./personalize.ts";
import { matchingRows, similarRows, type TextMatch } from "./related.ts";
import type { Snapshot } from "./snapshot.ts";

export type Visitor = {
  readonly user: string;
  readonly cluster: string;
  readonly signals: Signals | undefined;
};

export type StoredPage = {
  readonly generation: number;
  readonly builtMs: number;
  readonly contentHash: string;
  readonly carousels: string;
};

export type Answer =
  | {
      readonly kind: "page";
      readonly context: string;
      readonly served: Served;
      readonly builtMs: number;
      readonly contentHash: string;
      /** JSON array. */
      readonly carousels: string;
      readonly profileCookie?: string;
    }
  | { readonly kind: "unknown"; readonly key: string; readonly reason: string };

export type RelatedQuery = {
  readonly context: string;
  readonly item: string | undefined;
  readonly q: string | undefined;
};

export type Recommender = {
  readonly individual: (context: string, visitor: Visitor, reason: ServedReason, nowMs: number) => Answer;
  readonly storedPage: (context: string, cluster: string, reason: ServedReason, nowMs: number) => Answer;
  /** Without a visitor, or without history, in the order of the stored neighbours or text matches: no inference. */
  readonly related: (query: RelatedQuery, reason: ServedReason, nowMs: number, visitor?: Visitor) => Answer;
};

export type RecommenderDeps = {
  readonly snapshot: () => Snapshot;
  /** With the events that no cycle has folded yet. */
  readonly profileOf: (user: string) => Profile;
  readonly pageOf: (context: string, cluster: string) => StoredPage | undefined;
  /** Items that match, best first. */
  readonly search: (
    query: string,
    limit: number,
  ) => readonly { readonly id: string; readonly relevance: number }[];
  /** To add to the real clock to get the content's. */
  readonly clockOffsetMs: () => number;
  readonly onInference: () => void;
  readonly onStoredPage: () => void;
};

const SEARCH_LIMIT = 100;

export function createRecommender(deps: RecommenderDeps): Recommender {
  return {
    individual: (context, visitor, reason, nowMs) => {
      const snapshot = deps.snapshot();
      const prepared = snapshot.contexts.get(context);
      if (prepared === undefined) return unknownContext(context, snapshot);
      if (!snapshot.trained) return storedPage(deps, context, visitor.cluster, "no-model", nowMs);
      const contentNowMs = nowMs + deps.clockOffsetMs();
      const profile = deps.profileOf(visitor.user);
      deps.onInference();
      const cluster = snapshot.clusters.get(visitor.cluster) ?? snapshot.clusters.get(GENERIC_CLUSTER);
      const scores = individualScores(snapshot, profile, cluster, contentNowMs);
      const known = profileSignals(profile.history, snapshot.traits, snapshot.shares, contentNowMs);
      const carousels = withPins(
        snapshot,
        personalCarousels(snapshot, prepared, profile, scores),
        { ...visitor.signals, ...known },
        context,
        nowMs,
      );
      return {
        ...page(
          context,
          { as: "individual", reason, cluster: cluster?.id ?? GENERIC_CLUSTER },
          snapshot,
          nowMs,
          carousels,
        ),
        profileCookie: formatProfileCookie(known),
      };
    },
    storedPage: (context, cluster, reason, nowMs) => storedPage(deps, context, cluster, reason, nowMs),
    related: (query, reason, nowMs, visitor) => related(deps, query, reason, nowMs, visitor),
  };
}

function unknownContext(context: string, { contexts }: Snapshot): Answer {
  const known = [...contexts.keys(), "similar", "search"].join(", ");
  return { kind: "unknown", key: "context", reason: `"${context}" is not a context; there are ${known}` };
}

/** The ladder at the origin: the cluster's page, its ancestors', the generic page; in the catalogue's order if none exists yet. */
function storedPage(
  deps: RecommenderDeps,
  context: string,
  cluster: string,
  reason: ServedReason,
  nowMs: number,
): Answer {
  const snapshot = deps.snapshot();
  const prepared = snapshot.contexts.get(context);
  if (prepared === undefined) return unknownContext(context, snapshot);
  deps.onStoredPage();
  const known = snapshot.clusters.get(cluster);
  for (let at = known ?? snapshot.clusters.get(GENERIC_CLUSTER); at !== undefined;) {
    const stored = deps.pageOf(context, at.id);
    if (stored !== undefined) {
      const as = at.id === GENERIC_CLUSTER ? "generic" : at.id === cluster ? "cluster" : "parent";
      // Pins follow the audience that was asked for, whosever page stands in for it.
      const carousels = withPins(snapshot, stored.carousels, known?.signals ?? {}, context, nowMs);
      return {
        kind: "page",
        context,
        served: { as, reason, cluster: at.id, assigned: cluster, generation: stored.generation },
        builtMs: stored.builtMs,
        contentHash: carousels === stored.carousels ? stored.contentHash : hashOf(carousels),
        carousels,
      };
    }
    at = at.parent === undefined ? undefined : snapshot.clusters.get(at.parent);
  }
  const fallback = carouselsJson(
    prepared.shelves
      .slice(0, 10)
      .map(({ id, title, rows }) => ({ id, title, rows: Array.from(rows.subarray(0, 12)) })),
    snapshot.itemJson,
  );
  return page(context, { as: "builtin", reason, assigned: cluster }, snapshot, nowMs, fallback);
}

function related(
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
  return page(
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

function page(
  context: string,
  served: Served,
  snapshot: Snapshot,
  nowMs: number,
  carousels: string,
): Extract<Answer, { kind: "page" }> {
  return {
    kind: "page",
    context,
    served: { ...served, generation: snapshot.generation },
    builtMs: nowMs,
    contentHash: hashOf(carousels),
    carousels,
  };
}

function withPins(
  snapshot: Snapshot,
  carousels: string,
  signals: Partial<Signals>,
  context: string,
  nowMs: number,
): string {
  const pins = snapshot.editorial.pinsFor(signals, context, nowMs);
  if (pins.length === 0) return carousels;
  // Our own JSON, a line above or from our own table.
  return JSON.stringify(overlayPins(JSON.parse(carousels) as Carousel[], pins));
}

function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 16);
}
