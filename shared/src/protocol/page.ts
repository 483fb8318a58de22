/** Pages: what a client gets for one context, whichever path served it. */
import * as z from "zod/mini";
import type { ItemKind } from "./catalogue.ts";

/** What a client needs to draw one item; the same object on every path and page. */
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
  /** The cluster the page was built for; on an individual page the visitor's cluster. */
  readonly cluster: string;
  readonly generation: number;
  /** When the content last changed, ISO 8601, UTC. */
  readonly builtAt: string;
  readonly carousels: readonly Carousel[];
};

export type PageHead = Omit<Page, "carousels">;

/** What stands beside a page's value in KV; at most 1,024 bytes. */
export type PageMetadata = {
  readonly generation: number;
  readonly builtAtMs: number;
  /** Of the carousels alone, so that a rebuilt page with the same content keeps it. */
  readonly contentHash: string;
};

/**
 * A page's JSON from its parts. The carousels come last and already serialised, so that whoever has them as bytes
 * (the builder, the edge) puts a page together without parsing it.
 */
export function pageJson(head: PageHead, carouselsJson: string): string {
  return `${pageOpening(head)}${carouselsJson}${PAGE_CLOSING}`;
}

/** What stands before the carousels in a page's JSON, and what after them. */
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

/** The page in `json`, or undefined when it is not a page with at least one carousel. Never throws. */
export function parsePage(json: string): Page | undefined {
  try {
    const parsed = pageSchema.safeParse(JSON.parse(json));
    // The schema checks what serving relies on; an unknown `kind` is the client's to ignore.
    return parsed.success ? (parsed.data as Page) : undefined;
  } catch {
    return undefined;
  }
}
