/** What may be shown to whom, on every answer of the origin. */
import { describe, expect, test } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { ANYBODY, type Audience } from "@spillway/shared/protocol/restrictions.ts";
import { markCatalogueChange } from "@spillway/store/catalogue/catalogue-change.ts";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { putPins } from "@spillway/store/operators/pins.ts";
import { movie, NOW_MS, smallOrigin } from "../../../test/small-origin.ts";
import { withChangedItems } from "../snapshot/snapshot.ts";
import type { Answer } from "./answer.ts";

type Origin = ReturnType<typeof smallOrigin>;

const GB: Audience = { country: "GB", ageLimit: undefined };
const US: Audience = { country: "US", ageLimit: undefined };
const CHILD: Audience = { country: "GB", ageLimit: 12 };

const BRITISH: Partial<Item> = { territories: { allowed: ["GB"] } };
const ADULT: Partial<Item> = { ageRating: 18 };

function shownIn(answer: Answer): string {
  if (answer.kind === "refused") throw new Error(`${answer.key} ${answer.reason}`);
  return answer.body.toString();
}

/** What each rung shows: individual pages, similar, search, a stored page, and one that was never stored. */
function rungs({ recommender }: Origin, audience: Audience, user = "u") {
  const visitor = { user, cluster: "esp", signals: undefined, audience };
  const similar = { context: "similar", item: "drama-3", q: undefined, audience };
  const search = { context: "search", item: undefined, q: "drama", audience };
  return {
    individual: recommender.individual("homepage", visitor, "admitted", NOW_MS),
    movies: recommender.individual("movies", visitor, "admitted", NOW_MS),
    similar: recommender.related(similar, "requested", NOW_MS),
    "similar for a user": recommender.related(similar, "admitted", NOW_MS, visitor),
    search: recommender.related(search, "requested", NOW_MS),
    "search for a user": recommender.related(search, "admitted", NOW_MS, visitor),
    stored: recommender.storedPage("homepage", "esp", "requested", NOW_MS, audience),
    "never stored": recommender.storedPage("movies", "esp", "requested", NOW_MS, audience),
  };
}

async function restricted(more: Partial<Item>): Promise<Origin> {
  const origin = smallOrigin();
  upsertItems(origin.database, [movie("drama-1", { genres: ["drama"], ...more })], "api", 2);
  origin.refresh();
  origin.played("u", [{ item: "drama-2" }, { item: "drama-1", agoMs: 1000 }]);
  await origin.storePage("esp");
  putPins(
    origin.database,
    [{ id: "pin", items: ["drama-1"], contexts: ["homepage", "movies"], title: "Pinned" }],
    NOW_MS,
  );
  origin.refresh();
  return origin;
}

describe.each<[string, Partial<Item>, Audience, Audience]>([
  ["a territory", BRITISH, GB, US],
  ["a denied territory", { territories: { denied: ["US"] } }, GB, US],
  ["a territory, for viewers of unknown country", BRITISH, GB, ANYBODY],
  ["an age", ADULT, { country: "GB", ageLimit: 18 }, CHILD],
])("a title with %s", (_, restriction, allowed, denied) => {
  test("is on every rung for whom it may be shown to, and on none for others", async () => {
    const origin = await restricted(restriction);
    // The stored page is that of a cycle which knew the restriction.
    origin.database.sqlite
      .prepare("UPDATE pages SET carousels = json_set(carousels, '$[0].items[0]', json(?))")
      .run(JSON.stringify({ id: "drama-1", title: "The drama-1", kind: "movie", ...restriction }));
    for (const [rung, answer] of Object.entries(rungs(origin, allowed)))
      expect([rung, shownIn(answer)]).toEqual([rung, expect.stringContaining('"drama-1"')]);
    for (const [rung, answer] of Object.entries(rungs(origin, denied))) {
      expect([rung, shownIn(answer)]).toEqual([rung, expect.not.stringContaining('"drama-1"')]);
      expect([rung, shownIn(answer)]).toEqual([rung, expect.not.stringContaining('"items":[]')]);
    }
  });
});

function hashOf(answer: Answer): string | false {
  return answer.kind === "page" && answer.contentHash;
}

test("of one page for two audiences the content hashes differ", async () => {
  const origin = await restricted(ADULT);
  expect(hashOf(rungs(origin, GB).individual)).not.toBe(hashOf(rungs(origin, CHILD).individual));
});

test("a watched title may be watched again only where it may be shown", async () => {
  const origin = await restricted(BRITISH);
  putPins(origin.database, [], NOW_MS);
  origin.refresh();
  expect(shownIn(rungs(origin, GB).individual)).toMatch(/"again".*"drama-1"/);
  expect(shownIn(rungs(origin, US).individual)).not.toContain('"drama-1"');
});

test("a restriction that is new holds for stored pages at once, and for edges until they have new ones", async () => {
  const origin = await restricted({});
  const [changed] = upsertItems(origin.database, [movie("drama-1", ADULT)], "api", 3);
  expect(changed?.isRestrictedAnew).toBe(true);
  markCatalogueChange(origin.database, { restricted: ["drama-1"] }, NOW_MS);
  origin.refresh();
  const { editorialDocument } = origin.snapshot();
  expect(editorialDocument.restricted).toEqual([{ id: "drama-1", ageRating: 18 }]);
  for (const [rung, answer] of Object.entries(rungs(origin, CHILD)))
    expect([rung, shownIn(answer)]).toEqual([rung, expect.not.stringContaining('"drama-1"')]);
  expect(shownIn(rungs(origin, GB).stored)).toContain('"drama-1"');
});

test("a restriction that this process has just stored holds before anything is read anew", async () => {
  const origin = await restricted({});
  const seq = origin.snapshot().model.itemSeqs[0] ?? 0;
  const entry = { seq, item: movie("drama-1", ADULT) };
  origin.serve(withChangedItems(origin.snapshot(), [entry], NOW_MS));
  for (const rung of ["individual", "similar", "search", "never stored"] as const) {
    const shown = shownIn(rungs(origin, CHILD)[rung]).replaceAll(/"id":"pin-.*?\]\}/g, "");
    expect([rung, shown]).toEqual([rung, expect.not.stringContaining('"drama-1"')]);
  }
});

test("where nothing of a page may be shown, its parent's is; and where nothing at all may be, entry points", async () => {
  const origin = smallOrigin();
  const all = Array.from({ length: 14 }, (_, row) => row);
  const items = all.map((row) => origin.snapshot().model.itemSeqs[row] ?? 0);
  await origin.storePage("esp");
  await origin.storePage("generic");
  const show = (id: string, item: object): void => {
    origin.database.sqlite
      .prepare("UPDATE pages SET carousels = json_set(carousels, '$[0].items[0]', json(?)) WHERE cluster = ?")
      .run(JSON.stringify(item), id);
  };
  show("esp", { id: "drama-1", title: "A", kind: "movie", ageRating: 18 });
  show("generic", { id: "drama-2", title: "B", kind: "movie" });
  const stored = () => origin.recommender.storedPage("homepage", "esp", "requested", NOW_MS, CHILD);
  expect(stored()).toMatchObject({ served: { as: "generic", assigned: "esp" } });
  expect(shownIn(stored())).toContain('"drama-2"');
  show("generic", { id: "drama-2", title: "B", kind: "movie", ageRating: 18 });
  const adult = items.map((seq) => ({ seq, item: movie(`item-${seq}`, ADULT) }));
  origin.serve(withChangedItems(origin.snapshot(), adult, NOW_MS));
  expect(stored()).toMatchObject({ served: { as: "builtin" } });
  expect(shownIn(stored())).toContain('"builtin-live"');
});

function hide(origin: Origin, item: string): void {
  const event = { id: `hide-${item}`, type: "hide", item, user: "u", timeMs: NOW_MS } as const;
  insertEvents(origin.database, [event], NOW_MS);
}

describe("a title that its viewer hides", () => {
  test("is on no page of theirs, pinned or watched before, and on others' all the same", async () => {
    const origin = await restricted({});
    hide(origin, "drama-1");
    for (const rung of ["individual", "movies", "similar for a user"] as const)
      expect([rung, shownIn(rungs(origin, GB)[rung])]).toEqual([
        rung,
        expect.not.stringContaining('"drama-1"'),
      ]);
    expect(shownIn(rungs(origin, GB, "other").individual)).toContain('"drama-1"');
  });

  test("is found by whoever looks for it", async () => {
    const origin = await restricted({});
    hide(origin, "drama-1");
    expect(shownIn(rungs(origin, GB)["search for a user"])).toContain('"drama-1"');
  });
});
