/** A page in one piece: what stands before the carousels, the carousels, and what closes it. Pure. */
import { PAGE_CLOSING, pageOpening, type PageHead } from "@spillway/shared/protocol/page.ts";
import type { JsonOptions } from "@spillway/model/pages/page-item.ts";
import type { RankedCarousel } from "@spillway/model/pages/carousels.ts";
import { carouselsBytes, type Snapshot } from "../snapshot/snapshot.ts";

export type PageBytes = {
  /** UTF-8 of the page's JSON. */
  readonly body: Buffer<ArrayBuffer>;
  /** The part of it that is a JSON array. */
  readonly carousels: Buffer;
};

const CLOSING = Buffer.from(PAGE_CLOSING);

/** Ranked rows are written where they stand in the page: nothing is copied a second time. */
export function rankedPage(
  snapshot: Snapshot,
  head: PageHead,
  carousels: readonly RankedCarousel[],
  changed?: JsonOptions["changed"],
): PageBytes {
  const before = Buffer.from(pageOpening(head));
  const body = carouselsBytes(snapshot, carousels, { changed, before, after: CLOSING });
  return { body, carousels: body.subarray(before.length, body.length - CLOSING.length) };
}

/** Joins bytes and not text, which would have to be encoded again. */
export function pageOf(head: PageHead, carousels: Buffer): PageBytes {
  return { body: Buffer.concat([Buffer.from(pageOpening(head)), carousels, CLOSING]), carousels };
}
