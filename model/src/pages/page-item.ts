/** Catalogue item → what a page shows of it. Pure. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { PageItem } from "@spillway/shared/protocol/page.ts";
import { restrictionOf } from "@spillway/shared/protocol/restrictions.ts";
import { copyBySet, type CopyBytes } from "../bytes.ts";
import { crc32 } from "./crc32.ts";

export function toPageItem(item: Item): PageItem {
  return {
    id: item.id,
    title: item.title,
    kind: item.kind,
    ...(item.genres.length > 0 && { genres: item.genres }),
    ...(item.teams.length > 0 && { teams: item.teams }),
    ...(item.startsAt !== undefined && { startsAt: item.startsAt }),
    ...(item.endsAt !== undefined && { endsAt: item.endsAt }),
    ...(item.publishedAt !== undefined && { publishedAt: item.publishedAt }),
    ...(item.durationMin !== undefined && { durationMin: item.durationMin }),
    ...(item.hue !== undefined && { hue: item.hue }),
    ...restrictionOf(item),
  };
}

type CarouselRows = { readonly id: string; readonly title: string; readonly rows: readonly number[] };

/**
 * Every item as pages show it, serialised once for all pages: the UTF-8 of item `row` stands at starts[row] …
 * starts[row + 1].
 */
export type ItemTexts = {
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
  /** By row, crc32.ts of the text or 0, where that is worked out beforehand. */
  readonly checksums?: Uint32Array;
};

export type JsonOptions = {
  /** The text that stands for the item's own, by row. */
  readonly changed?: ReadonlyMap<number, Uint8Array> | undefined;
  readonly copyBytes?: CopyBytes | undefined;
  /** Gives room of so many bytes, all of which are written; by default it is of zeros. */
  readonly allocate?: ((bytes: number) => Uint8Array<ArrayBuffer>) | undefined;
  /** UTF-8 that stands before and after the carousels, so that a page is composed in one piece. */
  readonly before?: Uint8Array | undefined;
  readonly after?: Uint8Array | undefined;
};

/** Ranked rows as UTF-8 of the JSON of a page's carousels. */
export function carouselsJson(
  carousels: readonly CarouselRows[],
  { starts, bytes }: ItemTexts,
  { changed, copyBytes = copyBySet, allocate = zeros, before = NOTHING, after = NOTHING }: JsonOptions = {},
): Uint8Array<ArrayBuffer> {
  // The texts lie anywhere in megabytes: read one after the other, they are waited for together.
  let ahead = 0;
  let size = before.length + BRACKETS + after.length + Math.max(0, carousels.length - 1);
  for (let place = 0; place < carousels.length; place += 1) {
    const { rows } = carousels[place]!;
    size += openingOf(carousels[place]!).bytes.length + Math.max(0, rows.length - 1) + CLOSING.length;
    for (let order = 0; order < rows.length; order += 1) {
      const row = rows[order]!;
      // A row that has no text of its own is beyond `starts`, and what reads there is slow from then on.
      const newer = changed?.get(row);
      if (newer !== undefined) {
        size += newer.length;
        continue;
      }
      const [from, to] = [starts[row]!, starts[row + 1]!];
      size += to - from;
      ahead += bytes[from]! + bytes[(from + to) >>> 1]! + bytes[to - 1]!;
    }
  }
  const page = allocate(size);
  // What is used nowhere, a compiler does not read; the place is written again.
  page[0] = ahead;
  page.set(before);
  let at = before.length;
  page[at++] = OPENING_BRACKET;
  for (let place = 0; place < carousels.length; place += 1) {
    if (place > 0) page[at++] = COMMA;
    const opening = openingOf(carousels[place]!).bytes;
    page.set(opening, at);
    at += opening.length;
    const { rows } = carousels[place]!;
    for (let order = 0; order < rows.length; order += 1) {
      if (order > 0) page[at++] = COMMA;
      const row = rows[order]!;
      const newer = changed?.get(row);
      if (newer !== undefined) {
        page.set(newer, at);
        at += newer.length;
        continue;
      }
      const [from, to] = [starts[row]!, starts[row + 1]!];
      copyBytes(bytes, from, to, page, at);
      at += to - from;
    }
    page.set(CLOSING, at);
    at += CLOSING.length;
  }
  page[at++] = CLOSING_BRACKET;
  page.set(after, at);
  return page;
}

function zeros(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

const ENCODER = new TextEncoder();
const NOTHING = new Uint8Array(0);
const BRACKETS = 2;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const COMMA = 0x2c;
const CLOSING = ENCODER.encode("]}");

/** The UTF-8 before a carousel's first item, with its checksum. */
export type Opening = { readonly bytes: Uint8Array; readonly checksum: number };

/** A catalogue has some hundreds of carousels. */
const MAX_OPENINGS = 4096;
/** By id and title: two looks cost less than to put the two together. */
const openings = new Map<string, Map<string, Opening>>();
let openingsHeld = 0;

/** It is remembered: to make it takes longer than to copy ten items. */
export function openingOf({ id, title }: Omit<CarouselRows, "rows">): Opening {
  const known = openings.get(id)?.get(title);
  if (known !== undefined) return known;
  if (openingsHeld >= MAX_OPENINGS) {
    openings.clear();
    openingsHeld = 0;
  }
  const bytes = ENCODER.encode(`{"id":${JSON.stringify(id)},"title":${JSON.stringify(title)},"items":[`);
  const made = { bytes, checksum: crc32(bytes) };
  const titles = openings.get(id) ?? new Map<string, Opening>();
  openings.set(id, titles.set(title, made));
  openingsHeld += 1;
  return made;
}
