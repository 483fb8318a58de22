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
  test("lead it, and change its hash, which still fits into an ETag", async () => {
    const overlaid = await createPinOverlay().apply(pageOf(), "homepage", [PIN], 1);
    expect(titlesOf(overlaid)).toEqual(["Quarter-final", "Top"]);
    expect(overlaid).toMatchObject({ as: "cluster", cluster: "esp", generation: 7, builtAtMs: 1 });
    expect(overlaid.contentHash).toMatch(/^[\w-]{43}$/);
  });

  test("that are none leave it as it is", async () => {
    const page = pageOf();
    expect(await createPinOverlay().apply(page, "homepage", [], 1)).toBe(page);
  });

  test("are put together once, and again when page, pins or their version are others", async () => {
    const { apply } = createPinOverlay();
    const first = await apply(pageOf(), "homepage", [PIN], 1);
    expect((await apply(pageOf(), "homepage", [PIN], 1)).body).toBe(first.body);
    const others = await Promise.all([
      apply(pageOf(), "homepage", [PIN], 2),
      apply(pageOf(), "homepage", [{ ...PIN, id: "other" }], 1),
      apply(pageOf(), "live", [PIN], 1),
      apply(pageOf({ cluster: "bel" }), "homepage", [PIN], 1),
      apply(pageOf({ generation: 8 }), "homepage", [PIN], 1),
      apply(pageOf({ contentHash: "new" }), "homepage", [PIN], 1),
    ]);
    for (const { body } of others) expect(body).not.toBe(first.body);
  });

  test("leave what is no page alone", async () => {
    const body = new TextEncoder().encode("{}");
    const broken = pageOf({ body });
    expect(await createPinOverlay().apply(broken, "homepage", [PIN], 1)).toEqual(broken);
  });
});
