import { describe, expect, test } from "vitest";
import { overlayPins } from "@spillway/shared/protocol/editorial.ts";
import { ANYBODY } from "@spillway/shared/protocol/restrictions.ts";
import type { Carousel } from "@spillway/shared/protocol/page.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { putPins } from "@spillway/store/operators/pins.ts";
import { putClockOffset } from "@spillway/store/state.ts";
import { CATALOGUE, movie, NOW_MS, smallOrigin } from "../../../test/small-origin.ts";
import { withChangedItems } from "../snapshot/snapshot.ts";
import type { Answer } from "./answer.ts";

type PageAnswer = Extract<Answer, { kind: "page" }>;

function page(answer: Answer): PageAnswer {
  if (answer.kind === "refused") throw new Error(`refused: ${answer.key} ${answer.reason}`);
  return answer;
}

function carouselsOf(answer: Answer): Carousel[] {
  return (JSON.parse(page(answer).body.toString()) as { carousels: Carousel[] }).carousels;
}

function itemsOf(answer: Answer, carousel?: string): string[] {
  return carouselsOf(answer)
    .filter(({ id }) => carousel === undefined || id === carousel)
    .flatMap(({ items }) => items.map(({ id }) => id));
}

function visitor(user: string, cluster = "esp") {
  return { user, cluster, signals: undefined, audience: ANYBODY };
}

const MINUTE_MS = 60_000;

type Origin = ReturnType<typeof smallOrigin>;

function individual({ recommender }: Origin, user: string, context = "homepage", cluster = "esp"): Answer {
  return recommender.individual(context, visitor(user, cluster), "admitted", NOW_MS);
}

function stored({ recommender }: Origin, cluster: string, context = "homepage"): Answer {
  return recommender.storedPage(context, cluster, "requested", NOW_MS, ANYBODY);
}

/** Without a `user`, as over the threshold. */
function related(
  { recommender }: Origin,
  { item, q }: { readonly item?: string; readonly q?: string },
  user?: string,
  cluster = "esp",
): Answer {
  const who = user === undefined ? undefined : visitor(user, cluster);
  const context = item === undefined ? "search" : "similar";
  return recommender.related({ context, item, q, audience: ANYBODY }, "admitted", NOW_MS, who);
}

describe("an individual answer", () => {
  test("differs by history, and says whose prior it was", () => {
    const origin = smallOrigin();
    origin.played("dramatic", [{ item: "drama-3" }, { item: "drama-4" }]);
    origin.played("comical", [{ item: "comedy-3" }, { item: "comedy-4" }]);
    expect(itemsOf(individual(origin, "dramatic"))[0]).toBe("drama-1");
    expect(itemsOf(individual(origin, "comical", "homepage", "generic"))[0]).toBe("comedy-1");
    expect(individual(origin, "dramatic")).toMatchObject({
      context: "homepage",
      served: { as: "individual", reason: "admitted", cluster: "esp", generation: 1, viewer: "origin" },
      builtMs: NOW_MS,
    });
    expect(origin.counted).toEqual({ inferences: 3, storedPages: 0 });
  });

  test("to a user without history is the cluster's taste, and everybody's in a cluster that is gone", () => {
    const origin = smallOrigin();
    expect(itemsOf(individual(origin, "stranger"))[0]).toBe("drama-1");
    expect(itemsOf(individual(origin, "stranger", "homepage", "generic"))[0]).toBe("comedy-1");
    const gone = individual(origin, "stranger", "homepage", "long-gone");
    expect(itemsOf(gone)[0]).toBe("comedy-1");
    expect(page(gone).served.cluster).toBe("generic");
  });

  test("says of those alone that they are known of whom an event is, on related pages too", () => {
    const origin = smallOrigin();
    origin.played("u", [{ item: "drama-3" }]);
    expect(page(individual(origin, "u")).served.viewer).toBe("origin");
    expect(page(individual(origin, "stranger")).served.viewer).toBeUndefined();
    expect(page(related(origin, { item: "drama-2" }, "u")).served.viewer).toBe("origin");
    expect(page(related(origin, { item: "drama-2" }, "stranger")).served.viewer).toBeUndefined();
    expect(page(related(origin, { item: "drama-2" })).served.viewer).toBeUndefined();
  });

  test("goes by the cluster less and less, the more the user has played", () => {
    const origin = smallOrigin();
    const plays = [2, 3, 4, 5, 6].map((at) => ({ item: `comedy-${at}` }));
    origin.played("newcomer", [{ item: "comedy-6", weight: 0.3 }]);
    origin.played("regular", plays);
    expect(itemsOf(individual(origin, "newcomer"), "for-you")[0]).toBe("drama-1");
    expect(itemsOf(individual(origin, "regular"), "for-you")[0]).toBe("comedy-1");
  });

  test("leaves out what was watched, and offers it again on the homepage, the newest first", () => {
    const origin = smallOrigin();
    origin.played("u", [
      { item: "drama-3", agoMs: 3 * MINUTE_MS },
      { item: "drama-4", agoMs: MINUTE_MS },
      { item: "drama-5", weight: 0.8, agoMs: 2 * MINUTE_MS },
      { item: "drama-6", weight: 0.5 },
    ]);
    const home = individual(origin, "u");
    expect(carouselsOf(home)[2]).toMatchObject({ id: "again", title: "Watch again" });
    expect(itemsOf(home, "again")).toEqual(["drama-4", "drama-5", "drama-3"]);
    const others = carouselsOf(home).filter(({ id }) => id !== "again");
    expect(others.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(
      expect.not.arrayContaining(["drama-3", "drama-4", "drama-5"]),
    );
    expect(itemsOf(home)).toContain("drama-6");
    const movies = individual(origin, "u", "movies");
    expect(carouselsOf(movies).map(({ id }) => id)).not.toContain("again");
    for (const watched of ["drama-3", "drama-4", "drama-5"]) expect(itemsOf(movies)).not.toContain(watched);
  });

  test("offers no more again than a carousel holds", () => {
    const origin = smallOrigin();
    origin.played(
      "u",
      CATALOGUE.map(({ id }) => ({ item: id })),
    );
    expect(itemsOf(individual(origin, "u"), "again")).toHaveLength(12);
  });

  test("shows a hub again and again", () => {
    const origin = smallOrigin();
    origin.played("u", [{ item: "hub-1" }]);
    expect(itemsOf(individual(origin, "u"), "hubs")).toEqual([]);
    expect(itemsOf(individual(origin, "u"), "again")).toEqual(["hub-1"]);
    expect(itemsOf(individual(origin, "u", "live"))).toContain("hub-1");
  });

  test("shows nothing that may not be shown, whether the snapshot knows it or learns it later", () => {
    const origin = smallOrigin();
    origin.played("u", [{ item: "drama-3" }, { item: "drama-4" }]);
    const closed = { availableUntil: new Date(NOW_MS).toISOString() };
    upsertItems(origin.database, [movie("drama-3", { takenDown: true }), movie("drama-1", closed)], "api", 2);
    origin.refresh();
    expect(itemsOf(individual(origin, "u"), "again")).toEqual(["drama-4"]);
    expect(itemsOf(individual(origin, "u"))).toEqual(expect.not.arrayContaining(["drama-1", "drama-3"]));
    const gone = [
      { seq: origin.snapshot().model.itemSeqs[1] ?? 0, item: movie("drama-2", { takenDown: true }) },
    ];
    origin.serve(withChangedItems(origin.snapshot(), gone, NOW_MS));
    expect(itemsOf(individual(origin, "u"))).not.toContain("drama-2");
    expect(itemsOf(individual(origin, "u"))).toContain("drama-5");
  });

  test("shows nowhere what the user is not interested in, not as a pin either", () => {
    const origin = smallOrigin();
    putPins(origin.database, [{ id: "top", contexts: ["homepage"], items: ["drama-1", "comedy-2"] }], NOW_MS);
    origin.refresh();
    origin.played("u", [{ item: "drama-3" }, { item: "drama-4" }]);
    expect(itemsOf(individual(origin, "u")).slice(0, 2)).toEqual(["drama-1", "comedy-2"]);
    const events = ["drama-1", "drama-4"].map((item) => ({
      id: `hide-${item}`,
      type: "hide" as const,
      item,
      user: "u",
      timeMs: NOW_MS,
    }));
    insertEvents(origin.database, events, NOW_MS);
    const shown = itemsOf(individual(origin, "u"));
    expect(shown[0]).toBe("comedy-2");
    expect(shown).toEqual(expect.not.arrayContaining(["drama-1", "drama-4"]));
  });

  test("has pins laid over it as over a stored page, also of items that no snapshot knows yet", () => {
    const origin = smallOrigin();
    origin.played("u", [{ item: "drama-3" }]);
    const left = { id: "p1", type: "progress" as const, item: "drama-5", user: "u", progress: 0.4 };
    insertEvents(origin.database, [{ ...left, timeMs: NOW_MS }], NOW_MS);
    const bare = carouselsOf(individual(origin, "u"));
    upsertItems(origin.database, [movie("brand-new", { title: "Ünseen “new”" })], "api", 2);
    const contexts = ["homepage"];
    const pins = [
      { id: "top", contexts, items: ["brand-new", "comedy-2", "drama-5"] },
      { id: "two", contexts, title: "Zwei “Filme”", items: ["comedy-2", "comedy-3", "drama-3"] },
      { id: "others", contexts, when: { team: ["BEL"] }, title: "Others", items: ["drama-1"] },
    ];
    putPins(origin.database, pins, NOW_MS);
    origin.refresh();
    const { editorialDocument, editorial } = origin.snapshot();
    const matching = editorial.pinsFor(NO_SIGNALS, "homepage", NOW_MS);
    expect(editorialDocument.pins).toHaveLength(3);
    expect(matching.map(({ id }) => id)).toEqual(["top", "two"]);
    const pinned = individual(origin, "u");
    const expected = overlayPins(bare, matching);
    expect(page(pinned).body.toString()).toContain(`"carousels":${JSON.stringify(expected)}`);
    expect(expected.flatMap(({ items }) => items.map(({ id }) => id))).toContain("brand-new");
  });

  test("goes on with what was left unfinished, above what may be watched again", () => {
    const origin = smallOrigin();
    origin.played("u", [{ item: "drama-3" }]);
    const left = { id: "p1", type: "progress" as const, item: "drama-5", user: "u", progress: 0.4 };
    insertEvents(origin.database, [{ ...left, timeMs: NOW_MS }], NOW_MS);
    const home = individual(origin, "u");
    expect(carouselsOf(home)[1]).toMatchObject({ id: "continue", title: "Continue watching" });
    expect(itemsOf(home, "continue")).toEqual(["drama-5"]);
    expect(carouselsOf(home)[1]?.items[0]).toMatchObject({ id: "drama-5", progress: 0.4 });
    expect(itemsOf(home, "again")).toEqual(["drama-3"]);
  });

  test("is another one after an event", () => {
    const origin = smallOrigin();
    origin.played("u", [{ item: "drama-3" }]);
    const before = page(individual(origin, "u"));
    insertEvents(
      origin.database,
      [{ id: "e1", type: "play", item: "drama-1", user: "u", timeMs: NOW_MS }],
      NOW_MS,
    );
    const after = page(individual(origin, "u"));
    expect(itemsOf(after, "again")).toEqual(["drama-1", "drama-3"]);
    expect(after.contentHash).not.toBe(before.contentHash);
    expect(page(individual(origin, "u")).contentHash).toBe(after.contentHash);
  });

  test("brings what the platform knows of the user, by the content's clock", () => {
    const origin = smallOrigin();
    origin.played("u", [{ item: "drama-1" }, { item: "drama-2" }]);
    expect(page(individual(origin, "u")).viewer?.().signals.depth).toBe("casual");
    expect(page(individual(origin, "stranger")).viewer?.().signals.depth).toBe("new");
    putClockOffset(origin.database, 60 * 24 * 3_600_000, NOW_MS);
    origin.refresh();
    expect(page(individual(origin, "u")).viewer?.().signals.depth).toBe("new");
  });

  test("is the stored page where there is nothing left to show, and where nothing was learned", async () => {
    const origin = smallOrigin();
    await origin.storePage("esp", "movies");
    origin.played(
      "u",
      CATALOGUE.map(({ id }) => ({ item: id })),
    );
    expect(page(individual(origin, "u", "movies")).served).toMatchObject({
      as: "cluster",
      reason: "no-model",
    });
    const { itemSeqs } = origin.snapshot().model;
    origin.database.sqlite.exec(`DELETE FROM items WHERE seq = ${itemSeqs[0] ?? 0}`);
    origin.refresh();
    origin.counted.inferences = 0;
    expect(page(individual(origin, "stranger", "movies")).served).toMatchObject({
      as: "cluster",
      reason: "no-model",
    });
    expect(origin.counted).toEqual({ inferences: 0, storedPages: 2 });
  });

  test("has the pins for the visitor's signals, which the user's profile overrules", () => {
    const origin = smallOrigin();
    origin.played("u", [{ item: "drama-1" }]);
    const pin = { items: ["comedy-6"], contexts: ["homepage"] };
    putPins(
      origin.database,
      [
        { ...pin, id: "fans", title: "Fans", when: { team: "ESP" } },
        { ...pin, id: "casual", title: "Casual", when: { depth: "casual" }, items: ["comedy-5"] },
      ],
      NOW_MS,
    );
    origin.refresh();
    const pinsOf = (user: string, signals: typeof NO_SIGNALS | undefined) =>
      carouselsOf(
        origin.recommender.individual(
          "homepage",
          { user, cluster: "generic", signals, audience: ANYBODY },
          "admitted",
          NOW_MS,
        ),
      )
        .map(({ id }) => id)
        .filter((id) => id.startsWith("pin-"));
    const fan = { ...NO_SIGNALS, team: "ESP", depth: "deep" as const };
    expect(pinsOf("u", fan)).toEqual(["pin-fans", "pin-casual"]);
    expect(pinsOf("u", undefined)).toEqual(["pin-casual"]);
    expect(pinsOf("stranger", undefined)).toEqual([]);
  });

  test("refuses a context that there is not, before any work", () => {
    const origin = smallOrigin();
    expect(individual(origin, "u", "radio")).toMatchObject({ kind: "refused", status: 404, key: "context" });
    expect(stored(origin, "esp", "radio")).toMatchObject({
      kind: "refused",
      status: 404,
    });
    expect(origin.counted).toEqual({ inferences: 0, storedPages: 0 });
  });
});

describe("the ladder of stored pages", () => {
  test.each<[string, string[], string, object]>([
    ["is the cluster's own page", ["generic", "esp", "esp.social"], "esp.social", { as: "cluster" }],
    [
      "is the parent's where that is missing",
      ["generic", "esp"],
      "esp.social",
      { as: "parent", cluster: "esp" },
    ],
    ["is the generic one where both are", ["generic"], "esp.social", { as: "generic", cluster: "generic" }],
    ["is the generic one for who asks for it", ["generic", "esp"], "generic", { as: "generic" }],
    ["is the generic one for a cluster that is gone", ["generic", "esp"], "long-gone", { as: "generic" }],
  ])("%s", async (_, pages, asked, served) => {
    const origin = smallOrigin();
    for (const id of pages) await origin.storePage(id);
    const answer = page(stored(origin, asked));
    expect(answer.served).toMatchObject({ reason: "requested", assigned: asked, generation: 7, ...served });
    const { cluster } = answer.served;
    expect(answer).toMatchObject({ builtMs: NOW_MS - 5000, contentHash: `hash-${cluster}` });
    expect(carouselsOf(answer)[0]?.title).toBe(`Top of ${cluster}`);
    expect(origin.counted).toEqual({ inferences: 0, storedPages: 1 });
  });

  test("ends with the catalogue in its order, without what may not be shown", () => {
    const origin = smallOrigin();
    const gone = [
      { seq: origin.snapshot().model.itemSeqs[1] ?? 0, item: movie("drama-2", { takenDown: true }) },
    ];
    origin.serve(withChangedItems(origin.snapshot(), gone, NOW_MS));
    const answer = page(stored(origin, "esp", "movies"));
    expect(answer.served).toEqual({ as: "builtin", reason: "requested", assigned: "esp", generation: 1 });
    expect(answer.builtMs).toBe(NOW_MS);
    const [first] = carouselsOf(answer);
    expect(first?.items.map(({ id }) => id)).toEqual(
      CATALOGUE.filter(({ kind, id }) => kind === "movie" && id !== "drama-2")
        .slice(0, 12)
        .map(({ id }) => id),
    );
  });

  test("has the pins of the audience that was asked for, and another hash for it", async () => {
    const origin = smallOrigin();
    await origin.storePage("generic");
    const pin = { items: ["comedy-6"], contexts: ["homepage"], title: "Tonight" };
    putPins(
      origin.database,
      [
        { ...pin, id: "social", when: { team: "ESP", entry: "social" } },
        { ...pin, id: "other", when: { campaign: "other" }, items: ["comedy-5"] },
      ],
      NOW_MS,
    );
    origin.refresh();
    const pinned = page(stored(origin, "esp.social"));
    expect(carouselsOf(pinned).map(({ id }) => id)).toEqual(["pin-social", "top"]);
    expect(pinned.contentHash).toBe(contentHash(JSON.stringify(carouselsOf(pinned))));
    expect(pinned.contentHash).not.toBe("hash-generic");
    for (const cluster of ["esp", "esp.other", "long-gone"]) {
      expect(carouselsOf(stored(origin, cluster)).map(({ id }) => id)).toEqual(["top"]);
    }
  });
});

describe("similar items and searches", () => {
  test("over the threshold are the stored neighbours, the nearest first and never the item itself", () => {
    const origin = smallOrigin();
    origin.played("u", [{ item: "drama-5" }]);
    const answer = page(related(origin, { item: "drama-3" }));
    expect(carouselsOf(answer)[0]).toMatchObject({ id: "similar", title: "More like The drama-3" });
    expect(itemsOf(answer)).toEqual(["drama-1", "drama-2", "drama-4", "drama-5", "drama-6"]);
    expect(answer.served).toMatchObject({ as: "generic", reason: "admitted", cluster: "generic" });
    expect(origin.counted).toEqual({ inferences: 0, storedPages: 0 });
  });

  test("of a film that nobody has played are those that lead to it", () => {
    expect(itemsOf(related(smallOrigin(), { item: "unplayed-1" }))).toEqual(["drama-2"]);
  });

  test("are moved by the user's taste, or by the cluster's", () => {
    const origin = smallOrigin();
    // Who has played drama-1 would be shown drama-2 next.
    origin.played("u", [{ item: "drama-1" }]);
    expect(itemsOf(related(origin, { item: "drama-6" }))[0]).toBe("drama-1");
    const answer = page(related(origin, { item: "drama-6" }, "u", "generic"));
    expect(itemsOf(answer).slice(0, 2)).toEqual(["drama-2", "drama-1"]);
    expect(answer.served).toMatchObject({ as: "individual", cluster: "generic" });
    expect(itemsOf(related(origin, { q: "the" }, "stranger", "esp"))[0]).toBe("drama-1");
    expect(itemsOf(related(origin, { q: "the" }, "stranger", "generic"))[0]).toBe("comedy-1");
    expect(origin.counted.inferences).toBe(3);
  });

  test("without a model are nobody's in particular", () => {
    const origin = smallOrigin();
    const { itemSeqs } = origin.snapshot().model;
    origin.database.sqlite.exec(`DELETE FROM items WHERE seq = ${itemSeqs[0] ?? 0}`);
    origin.refresh();
    expect(page(related(origin, { q: "the" }, "u")).served).toMatchObject({ as: "generic", cluster: "esp" });
    expect(origin.counted.inferences).toBe(0);
  });

  test("have nothing that may not be shown", () => {
    const origin = smallOrigin();
    upsertItems(origin.database, [movie("drama-1", { takenDown: true })], "api", 2);
    origin.refresh();
    expect(itemsOf(related(origin, { item: "drama-3" }))).toEqual([
      "drama-2",
      "drama-4",
      "drama-5",
      "drama-6",
    ]);
    expect(itemsOf(related(origin, { q: "drama" }))).not.toContain("drama-1");
    expect(itemsOf(related(origin, { q: "drama" }, "u"))).not.toContain("drama-1");
  });

  test("are as many as match, in the order of the match where nobody is known", () => {
    const origin = smallOrigin();
    const found = page(related(origin, { q: "comedy" }));
    expect(carouselsOf(found)[0]).toMatchObject({ id: "search", title: "Results for “comedy”" });
    expect(itemsOf(found)).toEqual([1, 2, 3, 4, 5, 6].map((at) => `comedy-${at}`));
    expect(new Set(itemsOf(related(origin, { q: "comedy" }, "stranger")))).toEqual(new Set(itemsOf(found)));
    expect(itemsOf(related(origin, { q: "xyzzy" }))).toEqual([]);
  });

  test("are refused for an item that there is not", () => {
    expect(related(smallOrigin(), { item: "no-such" })).toMatchObject({
      kind: "refused",
      status: 404,
      key: "item",
      reason: '"no-such" is not in the catalogue',
    });
  });
});
