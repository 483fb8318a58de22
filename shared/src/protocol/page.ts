/** Pages: what a client gets for one context, on every rung of the ladder. */
import * as z from "zod/mini";
import type { ItemKind } from "./catalogue.ts";

/** What a client needs to draw one item. It is the same object on every page. */
export type PageItem = {
  readonly id: string;
  readonly title: string;
  readonly kind: ItemKind;
  readonly genres?: readonly string[];
  readonly teams?: readonly string[];
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly publishedAt?: string;
  readonly durationMin?: number;
  readonly hue?: number;
};

export type Carousel = {
  readonly id: string;
  readonly title: string;
  readonly items: readonly PageItem[];
};

export type Page = {
  readonly context: string;
  /** The cluster that the page was built for; on an individual page, the visitor's cluster. */
  readonly cluster: string;
  readonly generation: number;
  /** When the content last changed, ISO 8601 in UTC. */
  readonly builtAt: string;
  readonly carousels: readonly Carousel[];
};

export type PageHead = Omit<Page, "carousels">;

/** KV metadata of a page; at most 1,024 bytes. */
export type PageMetadata = {
  readonly generation: number;
  readonly builtAtMs: number;
  /** The hash of the carousels alone, so that a rebuilt page with the same content keeps it. */
  readonly contentHash: string;
};

/**
 * Returns a page's JSON from its parts. The carousels come last and already serialised, so that builder and
 * edge, which have them as bytes, can compose a page without parsing it.
 */
export function pageJson(head: PageHead, carouselsJson: string): string {
  return `${pageOpening(head)}${carouselsJson}${PAGE_CLOSING}`;
}

/** The part of a page's JSON before the carousels; {@link PAGE_CLOSING} is the part after them. */
export function pageOpening({ context, cluster, generation, builtAt }: PageHead): string {
  return `{"context":${JSON.stringify(context)},"cluster":${JSON.stringify(cluster)},"generation":${generation},"builtAt":${JSON.stringify(builtAt)},"carousels":`;
}

export const PAGE_CLOSING = "}";

const pageSchema = z.object({
  context: z.string(),
  cluster: z.string(),
  generation: z.int(),
  builtAt: z.string(),
  carousels: z
    .array(
      z.object({
        id: z.string(),
        title: z.string(),
        items: z.array(z.looseObject({ id: z.string(), title: z.string(), kind: z.string() })),
      }),
    )
    .check(z.minLength(1)),
});

/**
 * Returns the page in `json`, or undefined when it is not a page with at least one carousel. Never throws.
 */
export function parsePage(json: string): Page | undefined {
  try {
    const parsed = pageSchema.safeParse(JSON.parse(json));
    // The schema checks what serving relies on. A client ignores a `kind` that it does not know.
    return parsed.success ? (parsed.data as Page) : undefined;
  } catch {
    return undefined;
  }
}
