/** A tailored page as bytes. Pure. */
import { PAGE_CLOSING, pageOpening, type PageHead } from "@spillway/shared/protocol/page.ts";
import type { RankedCarousel } from "./carousels.ts";
import { pageHash } from "./page-hash.ts";
import { carouselsJson, type ItemTexts } from "./page-item.ts";

export type TailoredPage = {
  readonly body: Uint8Array;
  /** As of a stored page: of the carousels alone. */
  readonly contentHash: string;
};

const ENCODER = new TextEncoder();
const CLOSING = ENCODER.encode(PAGE_CLOSING);

/** `pinned`: the texts that stand for rows' own. */
export function tailoredPage(
  head: PageHead,
  carousels: readonly RankedCarousel[],
  texts: ItemTexts,
  pinned?: ReadonlyMap<number, Uint8Array>,
): TailoredPage {
  const before = ENCODER.encode(pageOpening(head));
  return {
    body: carouselsJson(carousels, texts, { changed: pinned, before, after: CLOSING }),
    contentHash: pageHash(carousels, texts, pinned),
  };
}
