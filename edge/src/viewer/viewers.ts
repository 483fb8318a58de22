/**
 * The viewers of an isolate's requests: read from their cookies, and written anew where something has become
 * known of them (docs/decisions/0030-the-edge-rewrites-the-viewers-cookie.md).
 */
import type { CataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { afterOrigin, withEvents, withoutHistory } from "@spillway/model/profile/viewer-changes.ts";
import { readViewerState, viewerStateBytes } from "@spillway/model/profile/viewer-state-codec.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { ownerTagOf, type UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { hasConsent } from "@spillway/shared/routing/tailoring.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { PublishedState } from "../published/published-state.ts";
import { foldableEvents, tellingEvents, type PostedEvent } from "./posted-events.ts";
import { readViewer, type ReadViewer } from "./read-viewer.ts";
import { FORGOTTEN_VIEWER, viewerCookie } from "./viewer-cookie.ts";
import { noViewerCounts, type ViewerCounts } from "./viewer-counts.ts";
import { isCarried, type ViewerReading } from "./viewer.ts";

/** What a request tells of its viewer. */
export type ViewerRequest = {
  readonly user: string;
  readonly cookies: string | null;
  readonly state: {
    readonly routing: Pick<PublishedState["routing"], "tailoring">;
    readonly erasures: PublishedState["erasures"];
  };
  readonly nowMs: number;
};

/**
 * Each but `read` returns the `Set-Cookie` that the answer has; undefined where the cookie stays as it is.
 */
export type Viewers = {
  /** To be called once a request. */
  readonly read: (request: ViewerRequest) => ViewerReading;
  /** After events were stored; those of other users than the request's own say nothing. */
  readonly afterEvents: (
    request: ViewerRequest,
    reading: ViewerReading,
    events: readonly PostedEvent[],
    items: MaybePromise<KnownItems | undefined>,
  ) => Promise<string | undefined>;
  /** With a page. `own`: what the origin says of the viewer, as text. */
  readonly afterPage: (
    request: ViewerRequest,
    reading: ViewerReading,
    own: string | undefined,
  ) => string | undefined;
  /** After a login: what the visitor's cookie holds is `successor`'s from now on. */
  readonly afterLogin: (request: ViewerRequest, successor: string) => string | undefined;
  readonly counts: () => ViewerCounts;
};

/** As much of the catalogue pack as events need. */
export type KnownItems = Pick<CataloguePack, "itemSeqs" | "rowOfId">;

export function createViewers(hashUser: (user: string) => UserHash): Viewers {
  const counts = noViewerCounts();
  const tagOf = (user: string): string => ownerTagOf(hashUser(user));
  const read = (request: ViewerRequest): ReadViewer => {
    const { routing, erasures } = request.state;
    const reading = readViewer({
      ...request,
      ownerTag: () => tagOf(request.user),
      tailoring: routing.tailoring,
      erasures,
    });
    if (reading.unread !== undefined) counts[reading.unread] += 1;
    else if (reading.viewer.kind === "known") counts.known += 1;
    return reading;
  };
  const written = (state: ViewerState, user: string): string => {
    const { cookie, dropped } = viewerCookie(state, tagOf(user));
    counts.written += 1;
    counts.titlesDropped += dropped;
    return cookie;
  };
  const known = async (
    events: readonly PostedEvent[],
    items: MaybePromise<KnownItems | undefined>,
  ): Promise<ReturnType<typeof foldableEvents>> => {
    const catalogue = await items;
    if (catalogue === undefined) counts.eventsWithoutPack += events.length;
    if (catalogue === undefined) return [];
    const foldable = foldableEvents(events, (id) => seqOf(catalogue, id));
    counts.itemsUnknown += events.length - foldable.length;
    return foldable;
  };
  return {
    read,
    afterEvents: async (request, reading, events, items) => {
      const telling = tellingEvents(events, request.user);
      const foldable = telling.length > 0 && mayCarry(request) ? await known(telling, items) : [];
      if (foldable.length === 0) return forgottenIn(reading);
      return written(withEvents(stateIn(reading), foldable, request.nowMs), request.user);
    },
    afterPage: (request, reading, own) => {
      const state = own === undefined || !isAgreed(request) ? undefined : stateOf(own, tagOf(request.user));
      if (state === undefined) return forgottenIn(reading);
      const carried = mayCarry(request) ? afterOrigin(state, stateIn(reading)) : withoutHistory(state);
      return written(carried, request.user);
    },
    afterLogin: (request, successor) => {
      const reading = read(request);
      const state = stateIn(reading);
      if (state !== undefined) return written(state, successor);
      if (reading.unread !== "otherOwner") return forgottenIn(reading);
      return read({ ...request, user: successor }).viewer.kind === "known" ? undefined : FORGOTTEN_VIEWER;
    },
    counts: () => ({ ...counts }),
  };
}

function stateIn(reading: ViewerReading): ViewerState | undefined {
  return isCarried(reading) && reading.viewer.kind === "known" ? reading.viewer.state : undefined;
}

function forgottenIn({ forget }: ViewerReading): string | undefined {
  return forget ? FORGOTTEN_VIEWER : undefined;
}

/** Whether anything of the viewer may stand in a cookie. */
function isAgreed({ cookies, state }: ViewerRequest): boolean {
  const { tailoring } = state.routing;
  return tailoring !== undefined && hasConsent(tailoring, cookies);
}

/** Whether history may. */
function mayCarry(request: ViewerRequest): boolean {
  return request.state.routing.tailoring?.cookie === true && isAgreed(request);
}

/** What the origin says, where it is about this very viewer. */
function stateOf(own: string, ownerTag: string): ViewerState | undefined {
  const bytes = viewerStateBytes(own);
  const read = bytes === undefined ? undefined : readViewerState(bytes);
  return read?.ownerTag === ownerTag ? read.state : undefined;
}

function seqOf({ rowOfId, itemSeqs }: KnownItems, id: string): number | undefined {
  const row = rowOfId(id);
  return row === undefined ? undefined : itemSeqs[row];
}
