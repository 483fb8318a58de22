import { describe, expect, test } from "vitest";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { getPins } from "@spillway/store/operators/pins.ts";
import { admin, item, setUp } from "../../test/test-admin.ts";

describe("/editorial/pins", () => {
  test("stores the set and says which pins are live by the content's clock", async () => {
    const { database, editorial, onEditorialChange } = setUp();
    upsertItems(database, [item("a"), item("gone", { takenDown: true })], "api", 1);
    const pins = [
      { id: "live", items: ["a", "gone"], when: { team: "ESP" } },
      { id: "later", items: ["a"], from: "2026-07-10T20:00:01Z" },
      { id: "earlier", items: ["a"], until: "2026-07-10T20:00:00Z" },
    ];
    const response = await editorial.request("/editorial/pins", admin("PUT", { pins }));
    expect(response.status).toBe(200);
    const body: unknown = await response.json();
    expect(body).toMatchObject({
      version: 1,
      now: "2026-07-10T20:00:00.000Z",
      pins: [
        { id: "live", state: "active", hiddenItems: ["gone"], contexts: ["homepage"] },
        { id: "later", state: "waiting" },
        { id: "earlier", state: "over" },
      ],
    });
    expect(onEditorialChange).toHaveBeenCalledTimes(1);
    expect(await (await editorial.request("/editorial/pins", admin("GET"))).json()).toEqual(body);
  });

  test("tells all that is wrong with a set at once, and what may have been meant", async () => {
    const { database, editorial } = setUp();
    upsertItems(database, [item("movie-nine-hours")], "api", 1);
    const sound = { items: ["movie-nine-hours"] };
    const body = {
      pins: [
        { id: "One", ...sound },
        { id: "p", items: ["movie-nine-hour"], contexts: ["hompage"] },
        { id: "p", ...sound, when: { tema: "ESP" }, untill: "2026-07-10T20:00Z" },
        { id: "q", ...sound, from: "2026-07-10T22:00+02:00", until: "2026-07-10T20:00Z" },
        { id: "r", items: [] },
        { id: "q", ...sound, until: "2026-02-30T00:00Z" },
        { id: "p", ...sound },
      ],
    };
    const response = await editorial.request("/editorial/pins/check", admin("POST", body));
    const { errors } = (await response.json()) as { errors: { key: string; reason: string }[] };
    expect(errors.map(({ key, reason }) => `${key}: ${reason}`)).toEqual([
      "pins[0].id: must match [a-z0-9._-]{1,64}",
      'pins[1].contexts[0]: must be of homepage, live, movies, series, kids; did you mean "homepage"?',
      'pins[1].items[0]: no item "movie-nine-hour" in the catalogue; did you mean "movie-nine-hours"?',
      'pins[2].when: there is no signal "tema"; did you mean "team"?',
      'pins[2]: there is no field "untill"; did you mean "until"?',
      "pins[3].until: must be later than from",
      "pins[4].items: must name an item",
      expect.stringMatching(/^pins\[5\]\.until: must be ISO 8601 such as /),
      "pins[6].id: is the id of another pin",
    ]);
  });

  test.each([
    ["an unknown item", { pins: [{ id: "p", items: ["a", "ghost"] }] }, "pins[0].items[1]"],
    ["an item twice", { pins: [{ id: "p", items: ["a", "a"] }] }, "pins[0].items"],
    ["an unknown context", { pins: [{ id: "p", items: ["a"], contexts: ["nope"] }] }, "pins[0].contexts[0]"],
    [
      "an unknown entry path",
      { pins: [{ id: "p", items: ["a"], when: { entry: "pigeon" } }] },
      "pins[0].when.entry",
    ],
    ["an unknown signal", { pins: [{ id: "p", items: ["a"], when: { mood: "x" } }] }, "pins[0].when"],
    ["a title with an escape", { pins: [{ id: "p", items: ["a"], title: "\u001B[31m" }] }, "pins[0].title"],
    [
      "a title that turns around",
      { pins: [{ id: "p", items: ["a"], title: "\u202Elive" }] },
      "pins[0].title",
    ],
    ["no list", { pin: [] }, "pins"],
  ])("refuses %s and keeps the old set", async (_, body, key) => {
    const { database, editorial, onEditorialChange } = setUp();
    upsertItems(database, [item("a")], "api", 1);
    const response = await editorial.request("/editorial/pins", admin("PUT", body));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`"key":"${key}"`);
    expect(getPins(database).version).toBe(0);
    expect(onEditorialChange).not.toHaveBeenCalled();
  });
});
