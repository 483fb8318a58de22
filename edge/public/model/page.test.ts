import * as fc from "fast-check";
import { expect, test } from "vitest";
import { toPage } from "./page.js";

test("keeps what can be drawn and leaves the rest out", () => {
  const page = toPage({
    context: "homepage",
    cluster: "esp",
    generation: 3,
    carousels: [
      {
        id: "live",
        title: "Live",
        items: [
          {
            id: "m",
            title: "Spain v. Belgium",
            kind: "match",
            teams: ["ESP", 7, "BEL"],
            startsAt: "2026-07-10T19:00:00Z",
            hue: -10,
          },
          { id: "x", kind: "hologram", durationMin: "long", startsAt: "soon", genres: "drama", hue: 400 },
          { title: "without id" },
          null,
        ],
      },
      { id: "empty", title: "Empty", items: [] },
      "nonsense",
    ],
  });
  expect(page).toEqual({
    context: "homepage",
    cluster: "esp",
    generation: 3,
    carousels: [
      {
        id: "live",
        title: "Live",
        items: [
          {
            id: "m",
            title: "Spain v. Belgium",
            kind: "match",
            genres: [],
            teams: ["ESP", "BEL"],
            startsAtMs: Date.parse("2026-07-10T19:00:00Z"),
            hue: 350,
          },
          { id: "x", title: "x", kind: "hologram", genres: [], teams: [], hue: 40 },
        ],
      },
    ],
  });
});

test.each([[undefined], [null], ["page"], [{}], [{ carousels: {} }], [[]]])("%j is not a page", (json) => {
  expect(toPage(json)).toBeUndefined();
});

test("never throws, and every item has the fields that drawing needs", () => {
  const field = fc.oneof(fc.anything(), fc.string(), fc.array(fc.string()), fc.integer());
  const item = fc.record({
    id: field,
    title: field,
    kind: field,
    teams: field,
    genres: field,
    hue: field,
    startsAt: field,
  });
  const carousel = fc.record({
    id: field,
    title: field,
    items: fc.oneof(field, fc.array(fc.oneof(field, item))),
  });
  fc.assert(
    fc.property(fc.record({ carousels: fc.oneof(field, fc.array(fc.oneof(field, carousel))) }), (json) => {
      for (const { items } of toPage(json)?.carousels ?? []) {
        for (const { id, title, hue } of items) {
          expect(id).not.toBe("");
          expect(title).not.toBe("");
          expect(hue >= 0 && hue < 360).toBe(true);
        }
      }
    }),
  );
});
