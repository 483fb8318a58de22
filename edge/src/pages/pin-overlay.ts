/**
 * Lays editorial pins over stored pages, and takes out what must not be shown any more. Each combination is
 * made once and held in memory as bytes.
 */
import { contentHashOf } from "@spillway/shared/protocol/content-hash.ts";
import {
  overlayPins,
  withoutHidden,
  type CompiledEditorial,
  type PublishedPin,
} from "@spillway/shared/protocol/editorial.ts";
import { pageJson, parsePage } from "@spillway/shared/protocol/page.ts";
import { createByteLru } from "../byte-lru.ts";
import { builtinPage } from "./builtin-page.ts";
import type { FoundPage } from "./found-page.ts";

export type PinOverlay = {
  /**
   * `pins` are those of `editorial` that are for this visitor. A page of which nothing is left is the
   * builtin.
   */
  readonly apply: (
    page: FoundPage,
    context: string,
    pins: readonly PublishedPin[],
    editorial: Pick<CompiledEditorial, "version" | "hidden">,
  ) => FoundPage;
};

/** Together with the 24 MB of page-source.ts this is 32 MB. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The body is empty when nothing is left to show. */
type Overlaid = Pick<FoundPage, "body" | "contentHash">;

export function createPinOverlay(): PinOverlay {
  const memory = createByteLru<Overlaid>(MAX_BYTES);
  return {
    apply: (page, context, pins, { version, hidden }) => {
      if (pins.length === 0 && hidden.size === 0) return page;
      const ids = pins.map(({ id }) => id).join(" ");
      const key = [context, page.cluster, page.generation, page.contentHash, version, ids].join("\n");
      let overlaid = memory.get(key);
      if (overlaid === undefined) {
        overlaid = overlay(page, pins, hidden);
        memory.set(key, overlaid, overlaid.body.byteLength + key.length);
      }
      return overlaid.body.byteLength === 0 ? builtinPage(context) : { ...page, ...overlaid };
    },
  };
}

function overlay(
  { body, contentHash }: FoundPage,
  pins: readonly PublishedPin[],
  hidden: ReadonlySet<string>,
): Overlaid {
  const page = parsePage(new TextDecoder().decode(body));
  // Pages are validated when they are read, so this does not happen; a page without its pins still serves.
  if (page === undefined) return { body, contentHash };
  const left = withoutHidden(overlayPins(page.carousels, pins), hidden);
  if (left.length === 0) return { body: new Uint8Array(), contentHash };
  const json = JSON.stringify(left);
  if (json === JSON.stringify(page.carousels)) return { body, contentHash };
  return { body: new TextEncoder().encode(pageJson(page, json)), contentHash: contentHashOf(json) };
}
