import { describe, expect, test } from "vitest";
import type { PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import { pageJson, parsePage, type PageItem } from "@spillway/shared/protocol/page.ts";
import { ANYBODY, type Audience, type Restriction } from "@spillway/shared/protocol/restrictions.ts";
import { NOTHING_WITHHELD, restrictionsAmong } from "@spillway/shared/protocol/withheld.ts";
import type { FoundPage } from "./found-page.ts";
import { createPinOverlay, type PinOverlay } from "./pin-overlay.ts";

const PIN: PublishedPin = {
  id: "qf",
  when: {},
  contexts: ["homepage"],
  title: "Quarter-final",
  items: [{ id: "match-1", title: "Spain v. Belgium", kind: "match" }],
};

const NOTHING = { ...NOTHING_WITHHELD, version: 1 };

function film(id: string, restriction: Pick<PageItem, "territories" | "ageRating"> = {}): PageItem {
  return { id, title: id.toUpperCase(), kind: "movie", ...restriction };
}

function pageOf(more: Partial<FoundPage> = {}, items: readonly PageItem[] = [film("a")]): FoundPage {
  const carousels = [{ id: "top", title: "Top", items }];
  const head = { context: "homepage", cluster: "esp", generation: 7, builtAt: "2026-07-10T18:00:00.000Z" };
  const body = new TextEncoder().encode(pageJson(head, JSON.stringify(carousels)));
  const page = { as: "cluster", cluster: "esp", generation: 7, builtAtMs: 1, contentHash: "hash" } as const;
  return { ...page, body, restrictions: restrictionsAmong(items), ...more };
}

function applied(
  { apply }: PinOverlay,
  page: FoundPage,
  {
    context = "homepage",
    pins = [PIN],
    editorial = {},
    audience = ANYBODY,
  }: {
    readonly context?: string;
    readonly pins?: readonly PublishedPin[];
    readonly editorial?: Partial<Parameters<PinOverlay["apply"]>[3]>;
    readonly audience?: Audience;
  } = {},
): FoundPage | undefined {
  return apply(page, context, pins, { ...NOTHING, ...editorial }, audience);
}

function titlesOf(page: FoundPage | undefined): string[] | undefined {
  return page && parsePage(new TextDecoder().decode(page.body))?.carousels.map(({ title }) => title);
}

function itemsOf(page: FoundPage | undefined): string[] | undefined {
  const carousels = page && parsePage(new TextDecoder().decode(page.body))?.carousels;
  return carousels?.flatMap(({ items }) => items.map(({ id }) => id));
}

describe("pins over a stored page", () => {
  test("lead it, and change its hash, which still fits into an ETag", () => {
    const overlaid = applied(createPinOverlay(), pageOf());
    expect(titlesOf(overlaid)).toEqual(["Quarter-final", "Top"]);
    expect(overlaid).toMatchObject({ as: "cluster", cluster: "esp", generation: 7, builtAtMs: 1 });
    expect(overlaid?.contentHash).toMatch(/^[\w-]{43}$/);
  });

  test("that are none leave it as it is", () => {
    const page = pageOf();
    expect(applied(createPinOverlay(), page, { pins: [] })).toBe(page);
  });

  test("are put together once, and again when page, pins or their version are others", () => {
    const overlay = createPinOverlay();
    const first = applied(overlay, pageOf());
    expect(applied(overlay, pageOf())?.body).toBe(first?.body);
    const others = [
      applied(overlay, pageOf(), { editorial: { version: 2 } }),
      applied(overlay, pageOf(), { pins: [{ ...PIN, id: "other" }] }),
      applied(overlay, pageOf(), { context: "live" }),
      applied(overlay, pageOf({ cluster: "bel" })),
      applied(overlay, pageOf({ generation: 8 })),
      applied(overlay, pageOf({ contentHash: "new" })),
    ];
    for (const other of others) expect(other?.body).not.toBe(first?.body);
  });

  test("leave what is no page alone", () => {
    const broken = pageOf({ body: new TextEncoder().encode("{}") });
    expect(applied(createPinOverlay(), broken)).toEqual(broken);
  });

  test("come with what must not be shown taken out, of page and pins alike", () => {
    const overlay = createPinOverlay();
    const hidden = new Set(["match-1", "other"]);
    expect(titlesOf(applied(overlay, pageOf(), { editorial: { hidden } }))).toEqual(["Top"]);
    const same = pageOf();
    expect(applied(overlay, same, { pins: [], editorial: { hidden: new Set(["other"]) } })).toEqual(same);
  });

  test("are nothing where nothing of page and pins may be shown, made or remembered", () => {
    const overlay = createPinOverlay();
    const nothing = { pins: [], editorial: { hidden: new Set(["a"]) } };
    expect([applied(overlay, pageOf(), nothing), applied(overlay, pageOf(), nothing)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("a page with restricted items", () => {
  const british = film("british", { territories: { allowed: ["GB"] } });
  const adult = film("adult", { ageRating: 18 });
  const page = pageOf({}, [british, film("a"), adult]);
  const GB: Audience = { country: "GB", ageLimit: undefined };
  const shown = (audience: Audience, more: Parameters<typeof applied>[2] = {}) =>
    applied(createPinOverlay(), page, { pins: [], audience, ...more });

  test("is itself for whom it shows all", () => {
    expect(shown(GB)).toBe(page);
    expect(shown({ country: "GB", ageLimit: 18 })).toBe(page);
  });

  test.each<[Audience, string[]]>([
    [{ country: "GB", ageLimit: 12 }, ["british", "a"]],
    [{ country: "US", ageLimit: undefined }, ["a", "adult"]],
    [ANYBODY, ["a", "adult"]],
    [{ country: "IE", ageLimit: 17 }, ["a"]],
  ])("shows %j %j, under a hash of its own", (audience, items) => {
    expect(itemsOf(shown(audience))).toEqual(items);
    expect(shown(audience)?.contentHash).not.toBe(page.contentHash);
  });

  test("is made once for all audiences that see the same of it", () => {
    const overlay = createPinOverlay();
    const bodyFor = (audience: Audience) => applied(overlay, page, { pins: [], audience })?.body;
    expect(bodyFor({ country: "US", ageLimit: 18 })).toBe(bodyFor({ country: "CA", ageLimit: undefined }));
  });

  test("shows pins to whom they may be shown", () => {
    const pins = [{ ...PIN, items: [film("pinned", { ageRating: 16 })] }];
    expect(itemsOf(shown(GB, { pins }))).toEqual(["pinned", "british", "a", "adult"]);
    expect(itemsOf(shown({ ...GB, ageLimit: 12 }, { pins }))).toEqual(["british", "a"]);
  });

  test("goes by restrictions that have changed since it was built", () => {
    const restricted = new Map<string, Restriction>([
      ["a", { ageRating: 12 }],
      ["british", {}],
    ]);
    const editorial = { restricted };
    expect(itemsOf(shown({ country: "US", ageLimit: 8 }, { editorial }))).toEqual(["british"]);
    expect(itemsOf(shown({ country: "US", ageLimit: 12 }, { editorial }))).toEqual(["british", "a"]);
    expect(itemsOf(applied(createPinOverlay(), pageOf(), { pins: [], editorial, audience: GB }))).toEqual([
      "a",
    ]);
    const child = { country: "GB", ageLimit: 8 };
    expect(applied(createPinOverlay(), pageOf(), { pins: [], editorial, audience: child })).toBeUndefined();
  });
});
