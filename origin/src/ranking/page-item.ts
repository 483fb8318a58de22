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

/** Ranked rows as the JSON of a page's carousels; `itemJson` by row, serialised once for all pages. */
export function carouselsJson(
  carousels: readonly { readonly id: string; readonly title: string; readonly rows: readonly number[] }[],
  itemJson: readonly string[],
): string {
  const parts = carousels.map(
    ({ id, title, rows }) =>
      `{"id":${JSON.stringify(id)},"title":${JSON.stringify(title)},"items":[${rows.map((row) => itemJson[row]).join(",")}]}`,
  );
  return `[${parts.join(",")}]`;
}
