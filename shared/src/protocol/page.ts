/** Pages: what a client gets for one context, on every rung of the ladder. */
import * as z from "zod/mini";
import type { ItemKind } from "./catalogue.ts";
import { generationNumber, instantMs, instantText } from "./plausible.ts";
import { quickParser } from "./quick-parser.ts";
import type { Territories } from "./restrictions.ts";
import { CLUSTER_ID, CONTEXT_ID, ID_FORM, isId } from "./wire.ts";
import { checkedBy, toIssues, type Checked } from "./zod-issues.ts";

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
  /** Where it may be shown, and from which age on; see restrictions.ts. A client need not look at them. */
  readonly territories?: Territories;
  readonly ageRating?: number;
  /** The share that the viewer has watched, below 0.9; in the carousel "Continue watching" alone. */
  readonly progress?: number;
};

export type Carousel = {
  readonly id: string;
  readonly title: string;
  readonly items: readonly PageItem[];
};

/** What was asked for, where the page of another context is the answer. */
export type StandsInFor = { readonly context: string; readonly item?: string; readonly q?: string };

export type Page = {
  readonly context: string;
  /** Only where the origin, which alone can answer the request, could not be asked. */
  readonly standsInFor?: StandsInFor;
  /** The cluster that the page was built for; on an individual page, the visitor's cluster. */
  readonly cluster: string;
  readonly generation: number;
  /** When the content last changed, ISO 8601 in UTC. */
  readonly builtAt: string;
  readonly carousels: readonly Carousel[];
};

export type PageHead = Omit<Page, "carousels" | "standsInFor">;

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

/** {@link pageJson} as KV holds it: with the page's candidates as the last field, base64. */
export function pageJsonWithCandidates(head: PageHead, carouselsJson: string, base64: string): string {
  return `${pageOpening(head)}${carouselsJson}${CANDIDATES_OPENING}${base64}"${PAGE_CLOSING}`;
}

const CANDIDATES_OPENING = ',"candidates":"';

/** More than the candidates of any page take. */
const MAX_CANDIDATES_LENGTH = 16_384;

/**
 * Cuts a page as KV holds it in two: the page that is served, and the base64 of its candidates; undefined
 * where it has none. The page is not parsed: the last field of an object in JSON is where it ends.
 */
export function cutCandidates(stored: Uint8Array): {
  readonly page: Uint8Array;
  readonly candidates: string | undefined;
} {
  const to = stored.length - 2;
  const tail = TAIL.decode(
    stored.subarray(Math.max(0, to - MAX_CANDIDATES_LENGTH - CANDIDATES_OPENING.length)),
  );
  const at = tail.lastIndexOf(CANDIDATES_OPENING);
  const candidates = at < 0 ? "" : tail.slice(at + CANDIDATES_OPENING.length, -2);
  if (at < 0 || !tail.endsWith('"}') || candidates.includes('"'))
    return { page: stored, candidates: undefined };
  const page = stored.slice(0, stored.length - (tail.length - at) + 1);
  page[page.length - 1] = CLOSING_BRACE;
  return { page, candidates };
}

/** One character for each byte. */
const TAIL = new TextDecoder("latin1");

/** The part of a page's JSON before the carousels; {@link PAGE_CLOSING} is the part after them. */
export function pageOpening({ context, cluster, generation, builtAt }: PageHead): string {
  return `{"context":${JSON.stringify(context)},"cluster":${JSON.stringify(cluster)},"generation":${generation},"builtAt":${JSON.stringify(builtAt)},"carousels":`;
}

export const PAGE_CLOSING = "}";

/**
 * Returns the bytes of a page, as {@link pageJson} makes it, with `standsInFor` as its first field. The page
 * is not parsed.
 */
export function asStandIn(page: Uint8Array, standsInFor: StandsInFor): Uint8Array {
  const opening = new TextEncoder().encode(`{"standsInFor":${JSON.stringify(standsInFor)},`);
  // JSON may begin with blanks.
  const fields = page.subarray(page.indexOf(OPENING_BRACE) + 1);
  const whole = new Uint8Array(opening.byteLength + fields.byteLength);
  whole.set(opening);
  whole.set(fields, opening.byteLength);
  return whole;
}

const OPENING_BRACE = "{".charCodeAt(0);
const CLOSING_BRACE = "}".charCodeAt(0);

/** The largest page that edge and origin take. Pages have some tens of kilobytes. */
export const MAX_PAGE_BYTES = 2 * 1024 * 1024;

const codes = z.optional(z.array(z.string().check(z.regex(/^[A-Z]{2}$/))));

/** The fields of an item that say whom it may be shown to. */
export const restrictionShape = {
  // A form that this edge does not know is for nobody; see restrictions.ts.
  territories: z.optional(z.looseObject({ allowed: codes, denied: codes })),
  ageRating: z.optional(z.number().check(z.gte(0))),
};

const itemSchema = z.looseObject({
  id: z.string().check(z.refine(isId, ID_FORM)),
  title: z.string().check(z.minLength(1), z.maxLength(1000)),
  // A client ignores a kind that it does not know.
  kind: z.string().check(z.regex(/^[a-z0-9_-]{1,32}$/)),
  genres: z.optional(z.array(z.string())),
  teams: z.optional(z.array(z.string())),
  startsAt: z.optional(instantText),
  endsAt: z.optional(instantText),
  publishedAt: z.optional(instantText),
  durationMin: z.optional(z.number().check(z.gte(0))),
  hue: z.optional(z.number().check(z.gte(0), z.lt(360))),
  ...restrictionShape,
  progress: z.optional(z.number().check(z.gte(0), z.lte(1))),
});

/** The items of one carousel of a page, or of one pin. */
export const pageItemsSchema = z
  .array(itemSchema)
  .check(
    z.refine(
      (items) => new Set(items.map(({ id }) => id)).size === items.length,
      "must not name an item twice",
    ),
  );

/** What serving and clients rely on. */
const pageSchema = z.looseObject({
  context: z.string().check(z.regex(CONTEXT_ID)),
  cluster: z.string().check(z.regex(CLUSTER_ID)),
  generation: generationNumber,
  builtAt: instantText,
  carousels: z
    .array(
      z.looseObject({
        id: z.string().check(z.minLength(1), z.maxLength(256)),
        title: z.string().check(z.maxLength(1000)),
        items: pageItemsSchema,
      }),
    )
    .check(z.minLength(1)),
});

/** Individual pages are checked while their visitor waits. */
const readPage = quickParser(pageSchema);

const metadataSchema = z.object({
  generation: generationNumber,
  builtAtMs: instantMs,
  // The hash becomes an ETag.
  contentHash: z.string().check(z.regex(/^[\w-]{1,128}$/)),
});

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Never throws. */
export function checkPage(json: string | Uint8Array): Checked<Page> {
  if (json.length > MAX_PAGE_BYTES) return refusedWhole(`must have at most ${MAX_PAGE_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(typeof json === "string" ? json : UTF_8.decode(json));
  } catch {
    return refusedWhole("is not JSON in UTF-8");
  }
  const read = readPage(value);
  return read.success ? { ok: true, value: read.data as Page } : { ok: false, issues: toIssues(read.error) };
}

/**
 * The page that KV may hold for this context and cluster. An empty carousel would be shown as one: only the
 * origin's answer to a search may have nothing to show.
 */
export function checkStoredPage(json: string | Uint8Array, context: string, cluster: string): Checked<Page> {
  const checked = checkPage(json);
  if (!checked.ok) return checked;
  const page = checked.value;
  if (page.context !== context) return refusedFor("context", `must be ${context}`);
  if (page.cluster !== cluster) return refusedFor("cluster", `must be ${cluster}`);
  // As an answer it would say that it is not what was asked for.
  if (page.standsInFor !== undefined) return refusedFor("standsInFor", "must be absent in a stored page");
  const empty = page.carousels.findIndex(({ items }) => items.length === 0);
  if (empty !== -1) return refusedFor(`carousels[${empty}].items`, "must hold an item");
  return checked;
}

export function checkPageMetadata(value: unknown): Checked<PageMetadata> {
  return checkedBy(metadataSchema, value);
}

function refusedWhole(reason: string): Checked<never> {
  return refusedFor("", reason);
}

function refusedFor(key: string, reason: string): Checked<never> {
  return { ok: false, issues: [{ key, reason }] };
}

/** Returns the page in `json`, or undefined when it is not a page with at least one carousel. */
export function parsePage(json: string): Page | undefined {
  const checked = checkPage(json);
  return checked.ok ? checked.value : undefined;
}
