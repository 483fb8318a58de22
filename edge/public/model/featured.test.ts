import { expect, test } from "vitest";
import { featuredOn } from "./featured.js";
import { toPage } from "./page.js";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");

const FILM = { id: "film", title: "A film", kind: "movie" };
const LIVE = {
  id: "live",
  title: "Live",
  kind: "match",
  startsAt: "2026-07-10T17:00:00Z",
  endsAt: "2026-07-10T19:00:00Z",
};
const OPEN_END = { id: "open-end", title: "Live", kind: "match", startsAt: "2026-07-10T17:00:00Z" };
const TONIGHT = { ...LIVE, id: "tonight", startsAt: "2026-07-10T19:00:00Z", endsAt: "2026-07-10T21:00:00Z" };
const OVER = { ...LIVE, id: "over", startsAt: "2026-07-10T12:00:00Z", endsAt: "2026-07-10T14:00:00Z" };
const LATER = { ...LIVE, id: "later", startsAt: "2026-07-11T19:00:00Z", endsAt: "2026-07-11T21:00:00Z" };

function featured(
  carousels: Readonly<Record<string, readonly object[]>>,
  { nowMs = NOW_MS, isKnown = false }: { readonly nowMs?: number; readonly isKnown?: boolean } = {},
) {
  const page = toPage({
    carousels: Object.entries(carousels).map(([id, items]) => ({ id, title: id, items })),
  });
  const place = page && featuredOn(page, { nowMs, isKnown });
  return place && [place.item.id, place.carousel.id, place.position];
}

test.each([
  ["the match that begins tonight", { top: [FILM], next: [OVER, LATER, TONIGHT] }, ["tonight", "next", 2]],
  ["one that is live", { top: [FILM, LIVE], next: [TONIGHT] }, ["live", "top", 1]],
  ["one that is live without a known end", { top: [FILM, OVER], next: [OPEN_END] }, ["open-end", "next", 0]],
  [
    "the first item where there is no match tonight",
    { top: [FILM], next: [OVER, LATER] },
    ["film", "top", 0],
  ],
])("a stranger sees %s", (_, carousels, place) => {
  expect(featured(carousels)).toEqual(place);
});

test("who is known sees what leads their own page, whichever rows it has", () => {
  expect(featured({ top: [FILM], next: [TONIGHT] }, { isKnown: true })).toEqual(["film", "top", 0]);
});

test("without the content's clock, or without items, it is the first item or none", () => {
  expect(featured({ top: [FILM, TONIGHT] }, { nowMs: Number.NaN })).toEqual(["film", "top", 0]);
  expect(featured({})).toBeUndefined();
});
