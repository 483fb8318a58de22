/** A page in one piece: what stands before the carousels, the carousels, and what closes it. Pure. */
import { PAGE_CLOSING, pageOpening, type PageHead } from "@spillway/shared/protocol/page.ts";
import { pageHash } from "@spillway/model/pages/page-hash.ts";
import type { JsonOptions } from "@spillway/model/pages/page-item.ts";
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import type { RankedCarousel } from "@spillway/model/pages/carousels.ts";
import { carouselsBytes, type Snapshot } from "../snapshot/snapshot.ts";

export type PageBytes = {
  /** UTF-8 of the page's JSON. */
  readonly body: Buffer<ArrayBuffer>;
  readonly contentHash: string;
};

const CLOSING = Buffer.from(PAGE_CLOSING);

/** Ranked rows are written where they stand in the page: nothing is copied a second time. */
export function rankedPage(
  snapshot: Snapshot,
  head: PageHead,
  carousels: readonly RankedCarousel[],
  changed: JsonOptions["changed"] = snapshot.changedItems,
): PageBytes {
  const before = Buffer.from(pageOpening(head));
  return {
    body: carouselsBytes(snapshot, carousels, { changed, before, after: CLOSING }),
    contentHash: pageHash(carousels, snapshot.data.table, changed),
  };
}

/** Joins bytes and not text, which would have to be encoded again. `knownHash`: where it is known already. */
export function pageOf(head: PageHead, carousels: Buffer, knownHash?: string): PageBytes {
  return {
    body: Buffer.concat([Buffer.from(pageOpening(head)), carousels, CLOSING]),
    contentHash: knownHash ?? contentHash(carousels),
  };
}
