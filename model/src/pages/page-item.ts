/** Catalogue item → what a page shows of it. Pure. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { PageItem } from "@spillway/shared/protocol/page.ts";

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

/** Every item as pages show it, serialised once for all of them: item `row` is UTF-8 at starts[row] … starts[row + 1]. */
export type ItemTexts = { readonly starts: Uint32Array; readonly bytes: Uint8Array };

/** Ranked rows as UTF-8 of the JSON of a page's carousels; what is in `changed`, by row, stands for the item's own text. */
export function carouselsJson(
  carousels: readonly CarouselRows[],
  { starts, bytes }: ItemTexts,
  changed?: ReadonlyMap<number, Buffer>,
): Buffer {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const openings = carousels.map((carousel, place) =>
    Buffer.from(`${place === 0 ? "" : ","}${opening(carousel)}`),
  );
  const sizeOf = (row: number): number => changed?.get(row)?.length ?? starts[row + 1]! - starts[row]!;
  const size = carousels.reduce((sum, { rows }, place) => {
    const itemBytes = rows.reduce((own, row) => own + sizeOf(row), 0);
    return sum + openings[place]!.length + itemBytes + Math.max(0, rows.length - 1) + CLOSING.length;
  }, BRACKETS);
  const page = Buffer.allocUnsafe(size);
  let at = page.write("[");
  carousels.forEach(({ rows }, place) => {
    at += openings[place]!.copy(page, at);
    rows.forEach((row, order) => {
      if (order > 0) page[at++] = COMMA;
      at += changed?.get(row)?.copy(page, at) ?? source.copy(page, at, starts[row], starts[row + 1]);
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
