/** Catalogue item → what a page shows of it. Pure. */
import type { Item } from "@spillway/shared/catalogue.ts";
import type { PageItem } from "@spillway/shared/page.ts";

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
  };
}

type CarouselRows = { readonly id: string; readonly title: string; readonly rows: readonly number[] };

/** Ranked rows as the JSON of a page's carousels; `itemJson` by row, serialised once for all pages. */
export function carouselsJson(carousels: readonly CarouselRows[], itemJson: readonly string[]): string {
  const parts = carousels.map(
    (carousel) => `${opening(carousel)}${carousel.rows.map((row) => itemJson[row]).join(",")}]}`,
  );
  return `[${parts.join(",")}]`;
}

/** The same as UTF-8; item `row` stands in `items` as UTF-8 at starts[row] … starts[row + 1]. */
export function carouselsBytes(
  carousels: readonly CarouselRows[],
  items: { readonly starts: Uint32Array; readonly bytes: Uint8Array },
): Buffer {
  const { starts, bytes } = items;
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const openings = carousels.map((carousel, place) =>
    Buffer.from(`${place === 0 ? "" : ","}${opening(carousel)}`),
  );
  const size = carousels.reduce((sum, { rows }, place) => {
    const itemBytes = rows.reduce((own, row) => own + starts[row + 1]! - starts[row]!, 0);
    return sum + openings[place]!.length + itemBytes + Math.max(0, rows.length - 1) + CLOSING.length;
  }, BRACKETS);
  const page = Buffer.allocUnsafe(size);
  let at = page.write("[");
  carousels.forEach(({ rows }, place) => {
    at += openings[place]!.copy(page, at);
    rows.forEach((row, order) => {
      if (order > 0) page[at++] = COMMA;
      at += source.copy(page, at, starts[row], starts[row + 1]);
    });
    at += CLOSING.copy(page, at);
  });
  page.write("]", at);
  return page;
}

const BRACKETS = 2;
const COMMA = 0x2c;
const CLOSING = Buffer.from("]}");

function opening({ id, title }: CarouselRows): string {
  return `{"id":${JSON.stringify(id)},"title":${JSON.stringify(title)},"items":[`;
}
