import { describe, expect, test } from "vitest";
import type { PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import { pageJson, parsePage } from "@spillway/shared/protocol/page.ts";
import type { FoundPage } from "./found-page.ts";
import { createPinOverlay } from "./pin-overlay.ts";

const PIN: PublishedPin = {
  id: "qf",
  when: {},
  contexts: ["homepage"],
  title: "Quarter-final",
  items: [{ id: "match-1", title: "Spain v. Belgium", kind: "match" }],
};

const NONE: ReadonlySet<string> = new Set();

function pageOf(more: Partial<FoundPage> = {}): FoundPage {
  const carousels = [{ id: "top", title: "Top", items: [{ id: "a", title: "A", kind: "movie" }] }];
  const head = { context: "homepage", cluster: "esp", generation: 7, builtAt: "2026-07-10T18:00:00.000Z" };
  const body = new TextEncoder().encode(pageJson(head, JSON.stringify(carousels)));
  return { as: "cluster", cluster: "esp", generation: 7, builtAtMs: 1, contentHash: "hash", body, ...more };
}

function titlesOf({ body }: FoundPage): string[] | undefined {
  return parsePage(new TextDecoder().decode(body))?.carousels.map(({ title }) => title);
}

describe("pins over a stored page", () => {
  test("lead it, and change its hash, which still fits into an ETag", () => {
    const overlaid = createPinOverlay().apply(pageOf(), "homepage", [PIN], {
      version: 1,
      hidden: NONE,
    });
    expect(titlesOf(overlaid)).toEqual(["Quarter-final", "Top"]);
    expect(overlaid).toMatchObject({ as: "cluster", cluster: "esp", generation: 7, builtAtMs: 1 });
    expect(overlaid.contentHash).toMatch(/^[\w-]{43}$/);
  });

  test("that are none leave it as it is", () => {
    const page = pageOf();
    expect(createPinOverlay().apply(page, "homepage", [], { version: 1, hidden: NONE })).toBe(page);
  });

  test("are put together once, and again when page, pins or their version are others", () => {
    const { apply } = createPinOverlay();
    const first = apply(pageOf(), "homepage", [PIN], { version: 1, hidden: NONE });
    expect(apply(pageOf(), "homepage", [PIN], { version: 1, hidden: NONE }).body).toBe(first.body);
    const others = [
      apply(pageOf(), "homepage", [PIN], { version: 2, hidden: NONE }),
      apply(pageOf(), "homepage", [{ ...PIN, id: "other" }], { version: 1, hidden: NONE }),
      apply(pageOf(), "live", [PIN], { version: 1, hidden: NONE }),
      apply(pageOf({ cluster: "bel" }), "homepage", [PIN], { version: 1, hidden: NONE }),
      apply(pageOf({ generation: 8 }), "homepage", [PIN], { version: 1, hidden: NONE }),
      apply(pageOf({ contentHash: "new" }), "homepage", [PIN], { version: 1, hidden: NONE }),
    ];
    for (const { body } of others) expect(body).not.toBe(first.body);
  });

  test("leave what is no page alone", () => {
    const body = new TextEncoder().encode("{}");
    const broken = pageOf({ body });
    expect(createPinOverlay().apply(broken, "homepage", [PIN], { version: 1, hidden: NONE })).toEqual(broken);
  });

  test("come with what must not be shown taken out, of page and pins alike", () => {
    const { apply } = createPinOverlay();
    const editorial = { version: 1, hidden: new Set(["match-1", "other"]) };
    expect(titlesOf(apply(pageOf(), "homepage", [PIN], editorial))).toEqual(["Top"]);
    const same = pageOf();
    expect(apply(same, "homepage", [], { version: 2, hidden: new Set(["other"]) })).toEqual(same);
  });

  test("leave the builtin page where nothing of the page may be shown", () => {
    const editorial = { version: 1, hidden: new Set(["a"]) };
    for (const _ of ["made", "remembered"]) {
      const page = createPinOverlay().apply(pageOf(), "live", [], editorial);
      expect([page.as, titlesOf(page)]).toEqual(["builtin", ["Browse"]]);
    }
  });
});
