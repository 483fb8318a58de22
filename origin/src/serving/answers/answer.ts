/** The types of answers to `GET /recommendations`, and the steps that every kind of answer shares. */
import { overlayPins } from "@spillway/shared/protocol/editorial.ts";
import type { Carousel, PageHead } from "@spillway/shared/protocol/page.ts";
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import { shownTo } from "@spillway/shared/protocol/withheld.ts";
import type { Refusal } from "@spillway/shared/protocol/problem.ts";
import { unknownContext } from "@spillway/shared/protocol/request-query.ts";
import type { Served } from "@spillway/shared/protocol/served.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import type { ProfileColumns } from "@spillway/model/profile/history-columns.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { PageBytes } from "./page-bytes.ts";

export type Visitor = {
  readonly user: string;
  readonly cluster: string;
  readonly signals: Signals | undefined;
  readonly audience: Audience;
  /** What the viewer did that may still wait in a queue. */
  readonly unseen?: ViewerState | undefined;
};

export type StoredPage = {
  readonly generation: number;
  readonly builtMs: number;
  readonly contentHash: string;
  /** A JSON array. */
  readonly carousels: string;
};

export type Answer =
  | ({
      readonly kind: "page";
      readonly context: string;
      readonly served: Served;
      readonly builtMs: number;
      /** Of the carousels alone, so that a page of the same content keeps it. */
      readonly contentHash: string;
      /**
       * What is known of the user, for the edge or the user's own cookie; with an individual page alone. It
       * is worked out when it is asked for, since there may be nobody whom it may be told.
       */
      readonly viewer?: () => ViewerState;
    } & PageBytes)
  /** The context or the item does not exist. */
  | Refusal;

export type RelatedQuery = {
  readonly context: string;
  readonly item: string | undefined;
  readonly q: string | undefined;
  readonly audience: Audience;
};

export type RecommenderDeps = {
  readonly snapshot: () => Snapshot;
  /** The profile includes the events that no cycle has folded yet. */
  readonly profileOf: (user: string) => ProfileColumns;
  readonly pageOf: (context: string, cluster: string) => StoredPage | undefined;
  /** Returns the items.seq; undefined for an item that is not in the catalogue. */
  readonly seqOfItem: (id: string) => number | undefined;
  /** Returns the items that match the text, best first. */
  readonly search: (
    query: string,
    limit: number,
  ) => readonly { readonly seq: number; readonly relevance: number }[];
  /** The difference between the content's clock and the real clock. */
  readonly clockOffsetMs: () => number;
  readonly onInference: () => void;
  readonly onStoredPage: () => void;
};

export function refuseContext(context: string, { contexts }: Snapshot): Refusal {
  return unknownContext(context, [...contexts.keys()]);
}

/** What an answer needs besides its carousels. */
export type AnswerHead = {
  readonly context: string;
  readonly served: Served;
  readonly builtMs: number;
};

export function pageHead({ context, served, builtMs }: AnswerHead): PageHead {
  return {
    context,
    cluster: served.cluster ?? GENERIC_CLUSTER,
    generation: served.generation ?? 0,
    builtAt: new Date(builtMs).toISOString(),
  };
}

/** A page that is made now. */
export function freshPage(
  context: string,
  served: Served,
  snapshot: Snapshot,
  nowMs: number,
  bytesOf: (head: PageHead) => PageBytes,
): Extract<Answer, { kind: "page" }> {
  const head = { context, served: { ...served, generation: snapshot.generation }, builtMs: nowMs };
  return { kind: "page", ...head, ...bytesOf(pageHead(head)) };
}

/** For whom pins are laid over a stored page. */
export type PinnedFor = { readonly signals: Partial<Signals>; readonly audience: Audience };

export function withPins(
  { editorial }: Snapshot,
  carousels: Buffer,
  { signals, audience }: PinnedFor,
  context: string,
  nowMs: number,
): Buffer {
  const pins = editorial.pinsFor(signals, context, nowMs);
  if (pins.length === 0) return carousels;
  // The cast is safe: this JSON is our own.
  const pinned = overlayPins(JSON.parse(carousels.toString()) as Carousel[], pins);
  return Buffer.from(JSON.stringify(shownTo(pinned, editorial, audience)));
}
