import { describe, expect, test } from "vitest";
import type { Problem } from "@spillway/shared/protocol/problem.ts";
import { catalogueChange } from "@spillway/store/catalogue/catalogue-change.ts";
import { itemById, upsertItems } from "@spillway/store/catalogue/items.ts";
import { admin, item, setUp } from "../../test/test-admin.ts";

describe("PATCH /catalogue", () => {
  test("creates, changes and takes down, and tells which items changed", async () => {
    const { database, catalogue, onCatalogueChange } = setUp();
    upsertItems(database, [item("a", { description: "old" }), item("b")], "import", 1);
    const items = [
      { id: "a", takenDown: true, description: null },
      { id: "b", title: "Title b" },
      { id: "c", title: "New", kind: "clip", availableUntil: "2026-08-01T00:00:00Z" },
    ];
    const response = await catalogue.request("/catalogue", admin("PATCH", { items }));
    expect(await response.json()).toEqual({ created: 1, changed: 1, unchanged: 1 });
    expect(itemById(database, "a")?.item).toEqual(item("a", { takenDown: true }));
    expect(itemById(database, "c")?.item).toMatchObject({ title: "New", genres: [], takenDown: false });
    expect(onCatalogueChange).toHaveBeenCalledExactlyOnceWith(["a", "c"]);
  });

  test("takes restrictions, and notes those that pages do not know", async () => {
    const { database, catalogue } = setUp();
    upsertItems(database, [item("a"), item("b"), item("c", { ageRating: 12 })], "import", 1);
    const items = [
      { id: "a", territories: { allowed: ["gb", "IE"] } },
      { id: "b", title: "No other restriction" },
      { id: "c", ageRating: null },
      item("new", { territories: { denied: ["US"] }, ageRating: 18 }),
    ];
    const response = await catalogue.request("/catalogue", admin("PATCH", { items }));
    expect(response.status).toBe(200);
    expect(itemById(database, "a")?.item.territories).toEqual({ allowed: ["GB", "IE"] });
    expect(itemById(database, "c")?.item).not.toHaveProperty("ageRating");
    expect(Object.keys(catalogueChange(database)?.restricted ?? {})).toEqual(["a", "c"]);
  });

  test.each([
    [
      "a country that there is not",
      [{ id: "a", territories: { allowed: ["UK"] } }],
      "items[0].territories",
      "GB",
    ],
    [
      "both lists of countries",
      [{ id: "a", territories: { allowed: ["GB"], denied: ["US"] } }],
      "items[0].territories",
      "not both",
    ],
    ["a board's rating", [{ id: "a", ageRating: "PG-13" }], "items[0].ageRating", "whole years, 0–21"],
    ["a new item that is not whole", [{ id: "n", title: "N" }], "items[0].kind", "a new item must be whole"],
    ["a field that no item has", [{ id: "a", takendown: true }], "items[0].takendown", "is not a field"],
    ["a cleared title", [{ id: "a", title: null }], "items[0].title", "is missing"],
    ["a kind that there is not", [{ id: "a", kind: "opera" }], "items[0].kind", "must be one of"],
    ["the same item twice", [{ id: "a" }, { id: "a" }], "items[1].id", "earlier item"],
    ["an item without id", [{ title: "N" }], "items[0].id", "is missing"],
    [
      "a window that ends before it starts",
      [{ id: "a", availableFrom: "2026-08-01T00:00:00Z", availableUntil: "2026-07-01T00:00:00Z" }],
      "items[0].availableUntil",
      "later than availableFrom",
    ],
  ])("refuses %s, and with it the whole patch", async (_, bad, key, reason) => {
    const { database, catalogue, onCatalogueChange } = setUp();
    upsertItems(database, [item("a"), item("z")], "import", 1);
    const items = [...bad, { id: "z", takenDown: true }];
    const response = await catalogue.request("/catalogue", admin("PATCH", { items }));
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain(`"key":"${key}"`);
    expect(text).toContain(reason);
    expect(itemById(database, "z")?.item.takenDown).toBe(false);
    expect(onCatalogueChange).not.toHaveBeenCalled();
  });

  test("lists every error at once", async () => {
    const { catalogue } = setUp();
    const items = [
      { id: "x", foo: 1 },
      { id: "y", title: "Y" },
    ];
    const response = await catalogue.request("/catalogue", admin("PATCH", { items }));
    const { errors } = (await response.json()) as Problem;
    expect(errors.map(({ key }) => key)).toEqual([
      "items[0].foo",
      "items[0].title",
      "items[0].kind",
      "items[1].kind",
    ]);
  });

  test("refuses more than 1,000 items", async () => {
    const { catalogue } = setUp();
    const items = Array.from({ length: 1001 }, (_, at) => item(`i${at}`));
    const response = await catalogue.request("/catalogue", admin("PATCH", { items }));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("at most 1000 items");
  });
});
