/** Lays editorial pins over stored pages. Each combination is made once and held in memory as bytes. */
import { overlayPins, type PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import { pageJson, parsePage } from "@spillway/shared/protocol/page.ts";
import { createByteLru } from "../byte-lru.ts";
import type { FoundPage } from "./found-page.ts";

export type PinOverlay = {
  /** `version` is that of the editorial document that `pins` come from. */
  readonly apply: (
    page: FoundPage,
    context: string,
    pins: readonly PublishedPin[],
    version: number,
  ) => Promise<FoundPage>;
};

/** Together with the 24 MB of page-source.ts this is 32 MB. */
const MAX_BYTES = 8 * 1024 * 1024;

type Overlaid = Pick<FoundPage, "body" | "contentHash">;

export function createPinOverlay(): PinOverlay {
  const memory = createByteLru<Overlaid>(MAX_BYTES);
  return {
    apply: async (page, context, pins, version) => {
      if (pins.length === 0) return page;
      const ids = pins.map(({ id }) => id).join(" ");
      const key = [context, page.cluster, page.generation, page.contentHash, version, ids].join("\n");
      let overlaid = memory.get(key);
      if (overlaid === undefined) {
        overlaid = await overlay(page, pins);
        memory.set(key, overlaid, overlaid.body.byteLength + key.length);
      }
      return { ...page, ...overlaid };
    },
  };
}

async function overlay({ body, contentHash }: FoundPage, pins: readonly PublishedPin[]): Promise<Overlaid> {
  const page = parsePage(new TextDecoder().decode(body));
  // Pages are validated when they are read, so this does not happen; a page without its pins still serves.
  if (page === undefined) return { body, contentHash };
  const carousels = new TextEncoder().encode(JSON.stringify(overlayPins(page.carousels, pins)));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", carousels));
  return {
    body: new TextEncoder().encode(pageJson(page, new TextDecoder().decode(carousels))),
    contentHash: digest.toBase64({ alphabet: "base64url", omitPadding: true }),
  };
}
