import { expect, test } from "vitest";
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { item } from "../../test/test-admin.ts";
import { previewPins } from "./preview.ts";

const AT_MS = Date.parse("2026-07-10T20:00:00Z");
const ITEMS = new Map(
  [
    item("a"),
    item("b"),
    item("gb", { territories: { allowed: ["GB"] } }),
    item("adult", { ageRating: 18 }),
    item("gone", { takenDown: true }),
  ].map((one) => [one.id, one]),
);
const PAGE = JSON.stringify([
  {
    id: "top",
    title: "Top",
    items: ["a", "gone", "b", "adult"].map((id) => ({ id, title: id, kind: "movie" })),
  },
]);

function preview(pins: unknown, of: { ageLimit?: number; country?: string; team?: string } = {}) {
  const { ageLimit, country, team = "none" } = of;
  return previewPins(
    pinsSchema.parse({ pins }).pins,
    {
      context: "homepage",
      signals: { ...NO_SIGNALS, team },
      audience: { country, ageLimit },
      atMs: AT_MS,
    },
    {
      index: {
        generation: 1,
        nodes: [
          { id: "generic", parent: -1, split: { signal: "team", branches: { ESP: 1 } } },
          { id: "esp", parent: 0 },
        ],
      } as never,
      pageOf: (_, cluster) => (cluster === "generic" ? PAGE : undefined),
      itemOf: (id) => ITEMS.get(id),
    },
  );
}

const idsOf = ({ carousels }: ReturnType<typeof preview>) =>
  carousels.map(({ id, items }) => `${id}: ${items.map((one) => one.id).join(" ")}`);

test("lays pins over the page of the nearest ancestor, without what may not be shown", () => {
  const pins = [
    { id: "lead", items: ["b", "gone"] },
    { id: "own", title: "Tonight", items: ["gb"], when: { team: "ESP" } },
  ];
  const fan = preview(pins, { team: "ESP", country: "GB", ageLimit: 12 });
  expect([fan.cluster, fan.pageOf]).toEqual(["esp", "generic"]);
  expect(idsOf(fan)).toEqual(["pin-own: gb", "top: b a"]);
  expect(fan.pins).toEqual([
    {
      id: "lead",
      isShown: true,
      reason: "leads the first carousel with 1 item, without 1 that may not be shown",
    },
    { id: "own", isShown: true, reason: "is a carousel on top with 1 item" },
  ]);
});

test.each([
  ["another context", { contexts: ["live"] }, "is for live"],
  ["another audience", { when: { team: "ESP" } }, 'is for {"team":"ESP"}'],
  ["a later time", { from: "2026-07-10T20:00:01Z" }, "begins at 2026-07-10T20:00:01Z"],
  ["an earlier time", { until: "2026-07-10T20:00:00Z" }, "was over at 2026-07-10T20:00:00Z"],
  ["another country", { items: ["gb"] }, "none of its items may be shown to this audience at this time"],
])("says of a pin for %s why it is not there", (_, more, reason) => {
  const seen = preview([{ id: "p", items: ["a"], ...more }]);
  expect(seen.pins).toEqual([{ id: "p", isShown: false, reason }]);
  expect(idsOf(seen)).toEqual(["top: a b adult"]);
});
