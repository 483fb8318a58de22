/**
 * Whether what an event says of the page that it was on can be true: checked against the pages that were
 * published. What a client says is a claim; the store knows what each generation of each stored page showed,
 * and where. Pure.
 */
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import type { ShownPage } from "@spillway/store/pages/shown-pages.ts";
import { GENERIC_CLUSTER, PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";

export type Attribution =
  /** That page showed that item in that carousel at that position. */
  | { readonly attribution: "verified"; readonly reason: "shown"; readonly position: number }
  | {
      readonly attribution: "plausible";
      /**
       * `incomplete`: nothing that it says is wrong, but it does not say all. `pins`: an editor's pins may
       * have moved it. `not-kept`: the page is older than those kept. `not-stored`: made for one visitor, for
       * a query, or the worker's own.
       */
      readonly reason: "incomplete" | "pins" | "not-kept" | "not-stored";
      readonly position: number | undefined;
    }
  | {
      readonly attribution: "contradicted";
      readonly reason:
        | "no-such-generation"
        | "no-such-page"
        /** The generic page is everybody's and no cluster's. */
        | "wrong-cluster"
        | "not-on-page"
        | "elsewhere-on-page";
    }
  /** It does not say how, or of which cluster, its page was served. */
  | { readonly attribution: "unknown"; readonly reason: "no-claim" };

/** `item`: items.seq, undefined for one that the catalogue does not know. */
export type Claim = Pick<
  StoredEvent,
  "servedAs" | "cluster" | "generation" | "context" | "carousel" | "position"
> & { readonly item: number | undefined };

/** What the origin knows of what was served. */
export type ServedFacts = {
  /** Of the newest cycle; none before generation 1. */
  readonly newestGeneration: number;
  /** Those kept, oldest first. */
  readonly pagesOf: (context: string, cluster: string) => readonly ShownPage[];
  /** Whether there is such a page, kept by generation or not: an older release kept none. */
  readonly hasPage: (context: string, cluster: string) => boolean;
  /** Items that editors have pinned: edges lay them over the stored pages. */
  readonly pinned: ReadonlySet<number>;
};

const NO_CLAIM = { attribution: "unknown", reason: "no-claim" } as const;

export function attribute(claim: Claim, facts: ServedFacts): Attribution {
  const { servedAs, cluster, generation, context, position } = claim;
  if (servedAs === undefined) return NO_CLAIM;
  if (generation !== undefined && (generation < 1 || generation > facts.newestGeneration))
    return contradicted("no-such-generation");
  const isStored = context === undefined || isPageContext(context);
  if (servedAs === "individual" || servedAs === "builtin" || !isStored)
    return { attribution: "plausible", reason: "not-stored", position };
  if (cluster === undefined) return NO_CLAIM;
  if ((cluster === GENERIC_CLUSTER) !== (servedAs === "generic")) return contradicted("wrong-cluster");
  return attributeStored(claim, cluster, facts);
}

export function isPageContext(context: string): boolean {
  return PAGE_CONTEXTS.some((known) => known === context);
}

function attributeStored(claim: Claim, cluster: string, facts: ServedFacts): Attribution {
  const { generation, context, carousel, position, item } = claim;
  const contexts = context === undefined ? PAGE_CONTEXTS : [context];
  const kept = contexts.flatMap((name) => facts.pagesOf(name, cluster));
  const meant = generation === undefined ? kept : kept.filter((page) => page.generation === generation);
  if (meant.length === 0) {
    const mayHaveBeen =
      kept.length === 0
        ? contexts.some((name) => facts.hasPage(name, cluster))
        : kept.every((page) => (generation ?? 0) < page.generation);
    return mayHaveBeen
      ? { attribution: "plausible", reason: "not-kept", position }
      : contradicted("no-such-page");
  }
  const places = item === undefined ? [] : meant.flatMap((page) => placesOf(page, item));
  const agreeing = places.filter(
    (place) =>
      (carousel === undefined || place.carousel === carousel) &&
      (position === undefined || place.position === position),
  );
  const place = agreeing.at(-1);
  if (place === undefined) {
    // A pin brings its items along, and moves the others of the first carousel.
    const byPins = places.length > 0 ? facts.pinned.size > 0 : item !== undefined && facts.pinned.has(item);
    if (byPins) return { attribution: "plausible", reason: "pins", position };
    return contradicted(places.length > 0 ? "elsewhere-on-page" : "not-on-page");
  }
  const isWhole = [generation, context, carousel, position].every((field) => field !== undefined);
  return isWhole
    ? { attribution: "verified", reason: "shown", position: place.position }
    : { attribution: "plausible", reason: "incomplete", position: place.position };
}

function placesOf({ carousels }: ShownPage, item: number): { carousel: string; position: number }[] {
  return carousels.flatMap(([carousel, items]) => {
    const position = items.indexOf(item);
    return position < 0 ? [] : [{ carousel, position }];
  });
}

function contradicted(reason: Extract<Attribution, { attribution: "contradicted" }>["reason"]): Attribution {
  return { attribution: "contradicted", reason };
}
