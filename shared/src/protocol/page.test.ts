import { describe, expect, test } from "vitest";
import { asStandIn, checkPage, checkPageMetadata, checkStoredPage, MAX_PAGE_BYTES } from "./page.ts";
import type { Checked } from "./zod-issues.ts";

const item = {
  id: "i1",
  title: "One",
  kind: "movie",
  genres: ["Drama"],
  publishedAt: "2026-07-01T00:00:00Z",
};
const carousel = { id: "top", title: "Top", items: [item] };
const sound = {
  context: "homepage",
  cluster: "esp.social",
  generation: 7,
  builtAt: "2026-07-10T18:00:00.000Z",
  carousels: [carousel],
};

function keysOf(checked: Checked<unknown>): string[] {
  return checked.ok ? [] : checked.issues.map(({ key }) => key);
}

function check(value: unknown): Checked<unknown> {
  return checkStoredPage(JSON.stringify(value), "homepage", "esp.social");
}

describe("a stored page", () => {
  test("is taken as it is published, and with what a newer origin adds", () => {
    expect(check(sound)).toEqual({ ok: true, value: sound });
    const newer = {
      ...sound,
      more: 1,
      carousels: [{ ...carousel, more: 1, items: [{ ...item, more: {} }] }],
    };
    expect(check(newer).ok).toBe(true);
    expect(check({ ...sound, carousels: [{ ...carousel, items: [{ ...item, kind: "opera" }] }] }).ok).toBe(
      true,
    );
  });

  test.each<[key: string, value: unknown]>([
    ["", null],
    ["", []],
    ["context", { ...sound, context: "live" }],
    ["cluster", { ...sound, cluster: "esp" }],
    ["cluster", { ...sound, cluster: 'esp"\r\n' }],
    ["generation", { ...sound, generation: -1 }],
    ["generation", { ...sound, generation: 1e18 }],
    ["generation", { ...sound, generation: 0.5 }],
    ["builtAt", { ...sound, builtAt: "yesterday" }],
    ["carousels", { ...sound, carousels: [] }],
    ["carousels[0].items", { ...sound, carousels: [{ ...carousel, items: [] }] }],
    // Found by test:fuzz, seed 2026, documents:17115.
    ["carousels[1].items", { ...sound, carousels: [carousel, { ...carousel, items: [] }] }],
    ["carousels[0].id", { ...sound, carousels: [{ ...carousel, id: "" }] }],
    ["carousels[0].title", { ...sound, carousels: [{ ...carousel, title: null }] }],
    ["carousels[0].items", { ...sound, carousels: [{ ...carousel, items: {} }] }],
    ["carousels[0].items", { ...sound, carousels: [{ ...carousel, items: [item, item] }] }],
    ["carousels[0].items[0]", { ...sound, carousels: [{ ...carousel, items: [null] }] }],
    ["carousels[0].items[0].id", { ...sound, carousels: [{ ...carousel, items: [{ ...item, id: "" }] }] }],
    [
      "carousels[0].items[0].title",
      { ...sound, carousels: [{ ...carousel, items: [{ ...item, title: 3 }] }] },
    ],
    [
      "carousels[0].items[0].genres",
      { ...sound, carousels: [{ ...carousel, items: [{ ...item, genres: "x" }] }] },
    ],
    [
      "carousels[0].items[0].startsAt",
      { ...sound, carousels: [{ ...carousel, items: [{ ...item, startsAt: "9e15" }] }] },
    ],
    [
      "carousels[0].items[0].durationMin",
      { ...sound, carousels: [{ ...carousel, items: [{ ...item, durationMin: -1e308 }] }] },
    ],
  ])("is refused for %j", (key, value) => {
    expect(keysOf(check(value))).toContain(key);
  });

  test("is refused as a whole where it is no text, or too much of it", () => {
    const bytes = new TextEncoder().encode(JSON.stringify(sound));
    expect(checkPage(bytes).ok).toBe(true);
    expect(checkPage(bytes.slice(0, -1)).ok).toBe(false);
    expect(checkPage(Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes)).ok).toBe(false);
    expect(checkPage(bytes.map((byte) => (byte === 0x54 ? 0xff : byte))).ok).toBe(false);
    expect(checkPage(" ".repeat(MAX_PAGE_BYTES) + JSON.stringify(sound)).ok).toBe(false);
    expect(checkPage("[".repeat(100_000)).ok).toBe(false);
  });
});

test.each<[key: string, value: unknown]>([
  ["", null],
  ["builtAtMs", { generation: 7, contentHash: "hash" }],
  ["builtAtMs", { generation: 7, builtAtMs: -1e308, contentHash: "hash" }],
  ["builtAtMs", { generation: 7, builtAtMs: 1e15, contentHash: "hash" }],
  ["builtAtMs", { generation: 7, builtAtMs: "1000", contentHash: "hash" }],
  ["generation", { generation: -7, builtAtMs: 1000, contentHash: "hash" }],
  ["generation", { generation: 1e15, builtAtMs: 1000, contentHash: "hash" }],
  ["contentHash", { generation: 7, builtAtMs: 1000, contentHash: "" }],
  ["contentHash", { generation: 7, builtAtMs: 1000, contentHash: 'a"\r\nset-cookie: x' }],
])("metadata is refused for %j", (key, value) => {
  expect(keysOf(checkPageMetadata(value))).toContain(key);
});

test.each(["", " ", "\n\t  \r\n"])("a page that begins with %j may stand in for another", (blanks) => {
  const page = new TextEncoder().encode(`${blanks}{"context":"homepage","carousels":[]}`);
  const standsInFor = { context: "search", q: "{" };
  expect(JSON.parse(new TextDecoder().decode(asStandIn(page, standsInFor)))).toEqual({
    standsInFor,
    context: "homepage",
    carousels: [],
  });
});

test("a stored page does not say itself that it stands in for another", () => {
  expect(keysOf(check({ ...sound, standsInFor: { context: "search", q: "final" } }))).toEqual([
    "standsInFor",
  ]);
});
