/**
 * Checks an event's claim, what it says about the page that it was on, against the pages that were published.
 * The store knows what each generation of each stored page showed, and where. Pure.
 */
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import type { ShownPage } from "@spillway/store/pages/shown-pages.ts";
import { GENERIC_CLUSTER, PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";

export type Attribution =
  /** The claimed page showed the item in the claimed carousel at the claimed position. */
  | { readonly attribution: "verified"; readonly reason: "shown"; readonly position: number }
  | {
      readonly attribution: "plausible";
      /**
       * `incomplete`: nothing in the claim is wrong, but some of it is missing. `pins`: an editor's pins may
       * have moved the item. `withheld`: it moved up, since titles above it were not for this viewer, or not
       * for anybody any more. `not-kept`: the page is older than those that are kept. `not-stored`: the page
       * was made for one visitor or for a query, or is the worker's own. `tailored`: the page was made from
       * one that was published, and nobody has kept what it showed.
       */
      readonly reason: "incomplete" | "pins" | "withheld" | "not-kept" | "not-stored" | "tailored";
      readonly position: number | undefined;
    }
  | {
      readonly attribution: "contradicted";
      readonly reason:
        | "no-such-generation"
        | "no-such-page"
        /** The generic page was claimed for a cluster of its own, or a cluster's page for everybody. */
        | "wrong-cluster"
        | "not-on-page"
        | "elsewhere-on-page";
    }
  /** The event does not say how its page was served, or for which cluster. */
  | { readonly attribution: "unknown"; readonly reason: "no-claim" };

/** `item` is an items.seq; undefined for an item that the catalogue does not know. */
export type Claim = Pick<
  StoredEvent,
  "servedAs" | "cluster" | "generation" | "context" | "carousel" | "position"
> & { readonly item: number | undefined };

/** What the origin knows about the pages that were served. */
export type ServedFacts = {
  /** The generation of the newest cycle; 0 before the first one. */
  readonly newestGeneration: number;
  /** The page's generations that are kept, the oldest first. */
  readonly pagesOf: (context: string, cluster: string) => readonly ShownPage[];
  /** Whether the page is stored now. An older release stored pages without keeping their generations. */
  readonly hasPage: (context: string, cluster: string) => boolean;
  /** The items.seq of items that editors have pinned, which the edge lays over stored pages. */
  readonly pinned: ReadonlySet<number>;
  /** Whether the edge may have left this item out, for some viewers or for all. */
  readonly mayBeWithheld: (item: number) => boolean;
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
  if (servedAs === "tailored") return attributeTailored(claim, cluster, facts);
  if ((cluster === GENERIC_CLUSTER) !== (servedAs === "generic")) return contradicted("wrong-cluster");
  return attributeStored(claim, cluster, facts);
}

/** A tailored page names the stored page that it was made from, which must have been published. */
function attributeTailored(claim: Claim, cluster: string, facts: ServedFacts): Attribution {
  const { contexts, pages, claimed } = publishedPages(claim, cluster, facts);
  if (claimed.length > 0) return { attribution: "plausible", reason: "tailored", position: claim.position };
  return unpublished(claim, contexts, pages, cluster, facts);
}

export function isPageContext(context: string): boolean {
  return PAGE_CONTEXTS.some((known) => known === context);
}

function attributeStored(claim: Claim, cluster: string, facts: ServedFacts): Attribution {
  const { generation, context, carousel, position, item } = claim;
  const { contexts, pages, claimed } = publishedPages(claim, cluster, facts);
  if (claimed.length === 0) return unpublished(claim, contexts, pages, cluster, facts);
  const places = item === undefined ? [] : claimed.flatMap((page) => placesOf(page, item));
  const agreeing = places.filter(
    (place) =>
      (carousel === undefined || place.carousel === carousel) &&
      (position === undefined || place.position === position),
  );
  const place = agreeing.at(-1);
  if (place === undefined) {
    // A pin adds its items to the page, and moves the other items of the first carousel.
    const byPins = places.length > 0 ? facts.pinned.size > 0 : item !== undefined && facts.pinned.has(item);
    if (byPins) return { attribution: "plausible", reason: "pins", position };
    if (claimed.some((page) => hasMovedUp(page, claim, facts))) {
      return { attribution: "plausible", reason: "withheld", position };
    }
    return contradicted(places.length > 0 ? "elsewhere-on-page" : "not-on-page");
  }
  const isWhole = [generation, context, carousel, position].every((field) => field !== undefined);
  return isWhole
    ? { attribution: "verified", reason: "shown", position: place.position }
    : { attribution: "plausible", reason: "incomplete", position: place.position };
}

function publishedPages({ context, generation }: Claim, cluster: string, facts: ServedFacts) {
  const contexts: readonly string[] = context === undefined ? PAGE_CONTEXTS : [context];
  const pages = contexts.flatMap((name) => facts.pagesOf(name, cluster));
  const claimed = generation === undefined ? pages : pages.filter((page) => page.generation === generation);
  return { contexts, pages, claimed };
}

/** None of the `pages` that are kept is the claimed one: it is older, or there was none. */
function unpublished(
  { generation, position }: Claim,
  contexts: readonly string[],
  pages: readonly ShownPage[],
  cluster: string,
  facts: ServedFacts,
): Attribution {
  const mayHaveExisted =
    pages.length === 0
      ? contexts.some((name) => facts.hasPage(name, cluster))
      : pages.every((page) => (generation ?? 0) < page.generation);
  return mayHaveExisted
    ? { attribution: "plausible", reason: "not-kept", position }
    : contradicted("no-such-page");
}

function placesOf({ carousels }: ShownPage, item: number): { carousel: string; position: number }[] {
  return carousels.flatMap(([carousel, items]) => {
    const position = items.indexOf(item);
    return position < 0 ? [] : [{ carousel, position }];
  });
}

/** Whether the item can have stood at the claimed position because titles above it were left out. */
function hasMovedUp(
  { carousels }: ShownPage,
  { carousel, position, item }: Claim,
  { mayBeWithheld }: ServedFacts,
): boolean {
  if (item === undefined || position === undefined) return false;
  return carousels.some(([id, items]) => {
    const place = items.indexOf(item);
    if (place <= position || (carousel !== undefined && id !== carousel)) return false;
    return place - position <= items.slice(0, place).filter(mayBeWithheld).length;
  });
}

function contradicted(reason: Extract<Attribution, { attribution: "contradicted" }>["reason"]): Attribution {
  return { attribution: "contradicted", reason };
}
