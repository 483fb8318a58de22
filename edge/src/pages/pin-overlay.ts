/**
 * Lays editorial pins over stored pages, and takes out what must not be shown any more, or not to this
 * audience. Each combination is made once and held in memory as bytes.
 */
import { contentHashOf } from "@spillway/shared/protocol/content-hash.ts";
import {
  overlayPins,
  type CompiledEditorial,
  type PublishedPin,
} from "@spillway/shared/protocol/editorial.ts";
import { pageJson, parsePage } from "@spillway/shared/protocol/page.ts";
import { allowedClasses, type Audience, type Restriction } from "@spillway/shared/protocol/restrictions.ts";
import { restrictionsAmong, shownTo } from "@spillway/shared/protocol/withheld.ts";
import { createByteLru } from "../byte-lru.ts";
import { MEMORY } from "../memory/isolate-memory.ts";
import type { FoundPage } from "./found-page.ts";

type Editorial = Pick<CompiledEditorial, "version" | "hidden" | "restricted">;

export type PinOverlay = {
  /** `pins` are those of `editorial` that are for this visitor. Undefined where nothing is left to show. */
  readonly apply: (
    page: FoundPage,
    context: string,
    pins: readonly PublishedPin[],
    editorial: Editorial,
    audience: Audience,
  ) => FoundPage | undefined;
  /** What they take in memory. */
  readonly bytes: () => number;
};

/** What an entry takes beside its page's bytes and its key, estimated generously. */
const ENTRY_BYTES = 256;

/** The body is empty when nothing is left to show. */
type Overlaid = Pick<FoundPage, "body" | "contentHash">;

export function createPinOverlay(): PinOverlay {
  const memory = createByteLru<Overlaid>(MEMORY.overlays);
  return {
    apply: (page, context, pins, editorial, audience) => {
      const allowed = allowedOf(page, pins, editorial, audience);
      if (pins.length === 0 && editorial.hidden.size === 0 && !allowed.includes("0")) return page;
      let key = `${context} ${page.cluster} ${page.generation} ${page.contentHash} ${editorial.version} ${allowed}`;
      for (const { id } of pins) key += ` ${id}`;
      let overlaid = memory.get(key);
      if (overlaid === undefined) {
        overlaid = overlay(page, pins, editorial, audience);
        // A page that stayed as it is stands in memory already.
        const ownBytes = overlaid.body === page.body ? 0 : overlaid.body.byteLength;
        memory.set(key, overlaid, ownBytes + key.length + ENTRY_BYTES);
      }
      if (overlaid.body === page.body) return page;
      return overlaid.body.byteLength === 0 ? undefined : { ...page, ...overlaid };
    },
    bytes: () => memory.size().bytes,
  };
}

/** For each restriction that matters here `1` where the audience may see it, else `0`; mostly empty. */
function allowedOf(
  { restrictions = NONE }: FoundPage,
  pins: readonly PublishedPin[],
  { restricted }: Editorial,
  audience: Audience,
): string {
  let allowed = digitsOf(restrictions, audience);
  for (const pin of pins) allowed += digitsOf(restrictionsOf(pin, pin.items), audience);
  if (restricted.size > 0) allowed += digitsOf(restrictionsOf(restricted, restricted.values()), audience);
  return allowed;
}

function digitsOf(restrictions: readonly Restriction[], audience: Audience): string {
  return restrictions.length === 0 ? "" : allowedClasses(restrictions, audience).join("");
}

const NONE: readonly Restriction[] = [];
const restrictionsBySource = new WeakMap<object, readonly Restriction[]>();

/** The restrictions among a source's items, looked for once. */
function restrictionsOf(source: object, items: Iterable<Restriction>): readonly Restriction[] {
  const known = restrictionsBySource.get(source);
  if (known !== undefined) return known;
  const found = restrictionsAmong(items);
  restrictionsBySource.set(source, found);
  return found;
}

function overlay(
  { body, contentHash }: FoundPage,
  pins: readonly PublishedPin[],
  editorial: Editorial,
  audience: Audience,
): Overlaid {
  const page = parsePage(new TextDecoder().decode(body));
  // Pages are validated when they are read, so this does not happen; a page without its pins still serves.
  if (page === undefined) return { body, contentHash };
  const left = shownTo(overlayPins(page.carousels, pins), editorial, audience);
  if (left.length === 0) return { body: new Uint8Array(), contentHash };
  const json = JSON.stringify(left);
  if (json === JSON.stringify(page.carousels)) return { body, contentHash };
  return { body: new TextEncoder().encode(pageJson(page, json)), contentHash: contentHashOf(json) };
}
