import { describe, expect, test } from "vitest";
import { compileEditorial, overlayPins, parseEditorial, pinsSchema, type PublishedPin } from "./editorial.ts";
import type { PageItem } from "./page.ts";
import { NO_SIGNALS } from "../signals/signals.ts";

const item = (id: string): PageItem => ({ id, title: id, kind: "movie" });
const carousels = [
  { id: "a", title: "A", items: [item("1"), item("2")] },
  { id: "b", title: "B", items: [item("3")] },
];
const pin = (fields: Partial<PublishedPin>): PublishedPin => ({
  id: "p",
  when: {},
  contexts: ["homepage"],
  items: [item("3")],
  ...fields,
});

describe("overlayPins", () => {
  test("a titled pin is the first carousel; its items are not shown again, and an emptied carousel goes", () => {
    const page = overlayPins(carousels, [pin({ title: "Tonight" })]);
    expect(page.map(({ id, items }) => [id, items.map((shown) => shown.id)])).toEqual([
      ["pin-p", ["3"]],
      ["a", ["1", "2"]],
    ]);
  });

  test("pinned items without title lead the first carousel", () => {
    const page = overlayPins(carousels, [pin({}), pin({ id: "q", items: [item("9"), item("3")] })]);
    expect(page[0]?.items.map(({ id }) => id)).toEqual(["3", "9", "1", "2"]);
    expect(page).toHaveLength(1);
  });

  test("without pins the page is untouched", () => {
    expect(overlayPins(carousels, [])).toBe(carousels);
  });
});

describe("compileEditorial", () => {
  const NOW_MS = 1_000_000;
  const { pinsFor } = compileEditorial({
    version: 1,
    clockOffsetMs: 500,
    hidden: [],
    restricted: [],
    pins: [
      pin({ id: "all" }),
      pin({ id: "fans", when: { team: "ESP" } }),
      pin({ id: "window", fromMs: NOW_MS + 500, untilMs: NOW_MS + 600 }),
    ],
  });
  const ids = (team: string, nowMs: number, context = "homepage") =>
    pinsFor({ ...NO_SIGNALS, team }, context, nowMs).map(({ id }) => id);

  test("matches by signal, context and the content's clock: from inclusive, until exclusive", () => {
    expect(ids("ESP", 0)).toEqual(["all", "fans"]);
    expect(ids("BEL", 0)).toEqual(["all"]);
    expect(ids("BEL", NOW_MS - 1)).toEqual(["all"]);
    expect(ids("BEL", NOW_MS)).toEqual(["all", "window"]);
    expect(ids("BEL", NOW_MS + 100)).toEqual(["all"]);
    expect(ids("ESP", 0, "kids")).toEqual([]);
  });

  test("a cluster's definition that leaves the team open does not match a team's pin", () => {
    expect(pinsFor({ entry: "social" }, "homepage", 0).map(({ id }) => id)).toEqual(["all"]);
  });
});

describe("a published document", () => {
  const sound = { version: 1, clockOffsetMs: -11_750_400_000, pins: [pin({ title: "Tonight", fromMs: 1 })] };

  test("is taken as it is published", () => {
    const hidden = ["gone-1"];
    const restricted = [{ id: "a", territories: { denied: ["US"] }, ageRating: 12 }, { id: "free-now" }];
    const whole = { ...sound, hidden, restricted };
    expect(parseEditorial(whole)).toEqual({ ok: true, value: whole });
    // An origin of an earlier release names none.
    expect(parseEditorial(sound)).toEqual({ ok: true, value: { ...sound, hidden: [], restricted: [] } });
  });

  test.each<[key: string, value: unknown]>([
    ["", undefined],
    ["", null],
    ["", 3],
    ["version", {}],
    ["hidden", { ...sound, hidden: "x" }],
    ["hidden[0]", { ...sound, hidden: [""] }],
    ["version", { ...sound, version: -1 }],
    ["version", { ...sound, version: 1e300 }],
    ["clockOffsetMs", { ...sound, clockOffsetMs: 9e15 }],
    ["clockOffsetMs", { ...sound, clockOffsetMs: -1e308 }],
    ["clockOffsetMs", { ...sound, clockOffsetMs: 4e12 }],
    ["pins[0].when", { ...sound, pins: [{}] }],
    ["pins[0].id", { ...sound, pins: [pin({ id: "no id\r\n" })] }],
    ["pins[1].id", { ...sound, pins: [pin({}), pin({})] }],
    ["pins[0].contexts", { ...sound, pins: [pin({ contexts: [] })] }],
    ["pins[0].items", { ...sound, pins: [pin({ items: [] })] }],
    ["pins[0].items", { ...sound, pins: [pin({ items: [item("1"), item("1")] })] }],
    ["pins[0].items[0].id", { ...sound, pins: [pin({ items: [item("")] })] }],
    ["pins[0].title", { ...sound, pins: [pin({ title: "x".repeat(121) })] }],
    ["pins[0].untilMs", { ...sound, pins: [pin({ fromMs: 5, untilMs: 5 })] }],
    ["pins[0].fromMs", { ...sound, pins: [pin({ fromMs: -1e308 })] }],
    ["pins[0].when.mood", { ...sound, pins: [pin({ when: { mood: "x" } as object })] }],
  ])("is refused for %s", (key, value) => {
    const checked = parseEditorial(value);
    expect(checked.ok ? [] : checked.issues.map((issue) => `${issue.key} ${issue.reason}`)).toContainEqual(
      // zod names an unknown key in its reason.
      expect.stringContaining(key.split(".").at(-1) ?? ""),
    );
  });
});

test.each([
  ["pins[0].items", { pins: [{ id: "x", items: [] }] }],
  [
    "pins[1].id",
    {
      pins: [
        { id: "x", items: ["a"] },
        { id: "x", items: ["b"] },
      ],
    },
  ],
  [
    "pins[0].until",
    { pins: [{ id: "x", items: ["a"], from: "2026-07-10T18:00:00Z", until: "2026-07-10T18:00:00+00:00" }] },
  ],
  ["pins[0].from", { pins: [{ id: "x", items: ["a"], from: "tomorrow" }] }],
])("pins with a mistake in %s are refused", (key, value) => {
  const parsed = pinsSchema.safeParse(value);
  const paths = parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
  expect(paths).toContain(key.replace("[", ".").replace("]", ""));
});
